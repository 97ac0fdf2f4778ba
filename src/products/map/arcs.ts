/**
 * The lines of a TopoJSON topology, taken arc by arc: an arc is a stretch of border that one or two areas share, so choosing arcs by
 * their owners draws every border once. Only arcs that are wanted are decoded (TopoJSON 1.0, section 2.1.4):
 *
 *   point_k = translate + scale · Σ_{n ≤ k} delta_n
 *
 * `topojson-client` stitches arcs to long lines first, which takes half a second for the counties and gains a picture nothing.
 * @module
 */
import type { GeometryCollection, GeometryObject, Topology } from "topojson-specification";

/** [longitude, latitude] along one arc. */
export type Line = [number, number][];

/** The arcs of a collection whose owners pass: one owner on a coast, two on a border. */
export function borderLines(
  topology: Topology,
  name: string,
  wanted: (owners: readonly GeometryObject[]) => boolean,
): Line[] {
  const owners = new Map<number, GeometryObject[]>();
  for (const area of (topology.objects[name] as GeometryCollection).geometries) {
    for (const arc of arcsOf(area)) {
      const index = arc < 0 ? ~arc : arc;
      const known = owners.get(index);
      if (known === undefined) owners.set(index, [area]);
      else known.push(area);
    }
  }
  return [...owners].filter(([, areas]) => wanted(areas)).map(([index]) => decodeArc(topology, index));
}

function arcsOf(area: GeometryObject): number[] {
  if (area.type === "Polygon") return area.arcs.flat();
  return area.type === "MultiPolygon" ? area.arcs.flat(2) : [];
}

function decodeArc({ arcs, transform }: Topology, index: number): Line {
  const [scaleX, scaleY] = transform?.scale ?? [1, 1];
  const [shiftX, shiftY] = transform?.translate ?? [0, 0];
  let [x, y] = [0, 0];
  return arcs[index].map(([first, second]) => {
    // Without a transform positions are absolute, with one they are steps.
    [x, y] = transform === undefined ? [first, second] : [x + first, y + second];
    return [x * scaleX + shiftX, y * scaleY + shiftY];
  });
}
