/** `updraft import`: weights from elsewhere into a run. @module */
import { Command } from "commander";
import { importWeights } from "../../train/index.ts";

interface Options {
  readonly run: string;
  readonly network: string;
  readonly weights: string;
}

export function importCommand(): Command {
  return new Command("import")
    .description(
      "put weights from a safetensors file in the place of a run's own; names and shapes must be its network's",
    )
    .requiredOption("--run <folder>", "run made by `updraft train`; it forecasts with the import from then on")
    .requiredOption("--network <name>", "which of its networks: forecaster, denoiser or generator")
    .requiredOption("--weights <file>", "the safetensors file; model/NETWORK.safetensors of a run is one")
    .addHelpText(
      "after",
      "\nExample:\n  updraft import --run runs/first --network forecaster --weights tuned.safetensors",
    )
    .action(async (options: Options) => {
      const count = await importWeights(options);
      process.stdout.write(`${options.run}: ${count} weights of ${options.network} imported\n`);
    });
}
