"""Where PROJ puts places, and by how much it turns north there: JSON lists of [x, y, meridian convergence in degrees].

    python peers/project.py "+proj=stere +lat_0=90 …" LONGITUDE,LATITUDE…
"""

import json
import sys

import pyproj

projection = pyproj.Proj(sys.argv[1])
answers = []
for place in sys.argv[2:]:
    longitude, latitude = map(float, place.split(","))
    x, y = projection(longitude, latitude)
    answers.append([x, y, projection.get_factors(longitude, latitude).meridian_convergence])
print(json.dumps(answers))
