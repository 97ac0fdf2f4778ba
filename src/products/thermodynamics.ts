/**
 * What temperature and dew point at 2 m say together. t in °C, T in K:
 *
 *   saturation vapour pressure   e_s(t) = 6.112 exp(17.67 t / (t + 243.5)) hPa              Bolton (1980), equation 10
 *   relative humidity            RH = 100 e_s(t_d) / e_s(t) %
 *   temperature of the LCL       T_L = 1 / (1 / (T_d − 56) + ln(T / T_d) / 800) + 56 K      Bolton, equation 15
 *   height of the LCL            125 m for each kelvin of dew point depression              Espy's rule
 *
 * Source: Bolton 1980, 10.1175/1520-0493(1980)108<1046:TCOEPT>2.0.CO;2. Potential and equivalent potential temperature need the pressure,
 * which is not among the seven variables, and are therefore not made.
 * @module
 */

const ZERO_CELSIUS_KELVIN = 273.15;
/** Metres of lift a kelvin of depression; the dry lapse rate less that of the dew point gives 126 m. */
const LCL_METERS_PER_KELVIN = 125;

/** e_s over water, hPa, at a temperature in K. */
export function saturationVaporPressure(temperature: number): number {
  const celsius = temperature - ZERO_CELSIUS_KELVIN;
  return 6.112 * Math.exp((17.67 * celsius) / (celsius + 243.5));
}

/** RH over water, %, of temperature and dew point in K. Above 100 where the dew point is the higher: not cut. */
export function relativeHumidity(temperature: number, dewPoint: number): number {
  return (100 * saturationVaporPressure(dewPoint)) / saturationVaporPressure(temperature);
}

/** T_L, K, of temperature and dew point in K. */
export function lclTemperature(temperature: number, dewPoint: number): number {
  return 1 / (1 / (dewPoint - 56) + Math.log(temperature / dewPoint) / 800) + 56;
}

/** Height of the LCL above ground, m, by the 125 m rule, of temperature and dew point in K. */
export function lclHeight(temperature: number, dewPoint: number): number {
  return LCL_METERS_PER_KELVIN * (temperature - dewPoint);
}

/** √(2 CAPE), m/s, of CAPE in J/kg: the updraft of a parcel that meets no resistance and loads no rain, an upper bound. */
export function theoreticalUpdraft(cape: number): number {
  return Math.sqrt(2 * cape);
}
