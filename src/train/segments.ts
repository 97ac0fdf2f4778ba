/**
 * What may change when a run goes on: how a stage that has not ended is stepped (`CHANGEABLE`), and nothing of what its networks are, what they
 * see, or in which order. A stage that had begun goes on from its best epoch (its beginning, where no epoch was one), with the optimizer's
 * moments at zero, and the run says so for good:
 *
 *   "segments": [{ "stage": "forecaster", "afterEpoch": 3, "changed": { "learningRate": [0.002, 0.0005] } }]      in run.json
 *   "segment": 1                                                                          in every line of metrics.jsonl from then on
 *
 * Epochs after that one are forgotten. A run is so a function of its archive, its first configuration and its segments.
 * @module
 */
import { readFileSync } from "node:fs";
import { ConfigError, DecodeError } from "../core/index.ts";
import { writeAside } from "../files/index.ts";
import { runPaths, type SettingValue, type TrainingSegment, writeRunFiles } from "../run/index.ts";
import { readCheckpoint } from "./checkpoint.ts";
import type { StageConfig, TrainConfig } from "./config.ts";
import { stagesOf } from "./methods/index.ts";
import { formatTrainConfig, parseTrainConfig } from "./read-config.ts";
import { hasEnded } from "./stand.ts";

/** Keys of a stage that may change while it has not ended. */
export const CHANGEABLE: readonly (keyof StageConfig)[] = [
  "epochs",
  "learningRate",
  "schedule",
  "warmupSteps",
  "weightDecay",
  "gradientClip",
  "precision",
  "recompute",
  "patience",
  "stopAfterSkipped",
];

/**
 * The configuration of a run that is there, as far as it was written: a kill between the two files leaves the segment alone.
 * @throws ConfigError when the file is none, DecodeError for segments of a stage that the run has not
 */
function heldConfig(folder: string, segments: readonly TrainingSegment[]): TrainConfig {
  const { config: path } = runPaths(folder);
  // Resolved again: a run of before a key was has its default.
  const held: TrainConfig = parseTrainConfig(readFileSync(path, "utf8"), path);
  const changed = JSON.parse(JSON.stringify(held)) as Record<string, Record<string, SettingValue>>;
  for (const { stage, changed: keys } of segments) {
    if (!Object.hasOwn(changed, stage)) {
      const expected = `segments of ${stagesOf(held)
        .map(({ name }) => name)
        .join(", ")}`;
      throw new DecodeError({ place: runPaths(folder).description, expected, got: JSON.stringify(stage) });
    }
    for (const [key, [, to]] of Object.entries(keys)) {
      if (to === null) delete changed[stage][key];
      else changed[stage][key] = to;
    }
  }
  return parseTrainConfig(JSON.stringify(changed), path);
}

/**
 * The segments a run has from now on: those it had, and one for each begun stage whose stepping this configuration changes.
 * @throws ConfigError when it changes anything else, or a stage that has ended
 */
export function segmentsWith(
  folder: string,
  config: TrainConfig,
  segments: readonly TrainingSegment[],
): readonly TrainingSegment[] {
  const paths = runPaths(folder);
  const held = heldConfig(folder, segments);
  const stages = stagesOf(held);
  const added = new Map<string, TrainingSegment>();
  for (const [place, change] of differences(held, config)) {
    const [name, key] = place.split(".");
    const stage = stages.find((candidate) => candidate.name === name);
    if (stage === undefined || !(CHANGEABLE as readonly string[]).includes(key)) throw refused(paths.config, place);
    const last = readCheckpoint(paths.checkpoints(name), "last");
    // A stage that has not begun is trained with what the configuration says then.
    if (last === undefined) continue;
    if (hasEnded(last, stage.config)) throw refused(paths.config, `${place}, and ${name} has ended`);
    const changed = { ...added.get(name)?.changed, [key]: change };
    added.set(name, { stage: name, afterEpoch: last.bestEpoch, changed });
  }
  return [...segments, ...added.values()];
}

/** Run and configuration as they are from now on; the description first, for it tells what the other lacks after a kill. */
export async function writeSegments(folder: string, descriptionText: string, config: TrainConfig): Promise<void> {
  const paths = runPaths(folder);
  const configText = formatTrainConfig(config);
  await writeRunFiles(folder, new Map([[paths.description, descriptionText]]));
  if (readFileSync(paths.config, "utf8") !== configText) await writeAside(paths.config, configText);
}

/** Every leaf that differs, by its path: before and after, null where it is absent. Whole arrays and networks are leaves. */
function differences(before: TrainConfig, after: TrainConfig): Map<string, [SettingValue, SettingValue]> {
  const [a, b] = [leaves(before), leaves(after)];
  const found = new Map<string, [SettingValue, SettingValue]>();
  for (const place of new Set([...a.keys(), ...b.keys()])) {
    const [from, to] = [a.get(place) ?? null, b.get(place) ?? null];
    if (from !== to) found.set(place, [from, to]);
  }
  return found;
}

function leaves(config: TrainConfig): Map<string, SettingValue> {
  const scalar = (value: unknown): SettingValue =>
    typeof value === "number" || typeof value === "string" ? value : JSON.stringify(value);
  const isStage = (value: unknown): value is object =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  return new Map(
    Object.entries(config).flatMap(([name, value]: [string, unknown]): [string, SettingValue][] =>
      value === undefined
        ? []
        : isStage(value)
          ? Object.entries(value)
              .filter(([, own]) => own !== undefined)
              .map(([key, own]) => [`${name}.${key}`, scalar(own)])
          : [[name, scalar(value)]],
    ),
  );
}

function refused(place: string, what: string): ConfigError {
  return new ConfigError({
    place,
    expected: `the configuration the run was begun with, but for ${CHANGEABLE.join(", ")} of a stage that has not ended`,
    got: `another ${what}`,
    remedy: "resume with the run's own config.yaml and change it there, or choose another --out",
  });
}
