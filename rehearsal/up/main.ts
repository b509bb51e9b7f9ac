/** `npm run rehearse-up`: a whole update from nothing, against machines that are played. */
import * as fs from "node:fs";
import { print, runCommand } from "../../preview/command";
import { UsageError } from "../../preview/usage-error";
import { chosenScenarios } from "./chosen";
import { ScenarioFault } from "./fault";
import { parseUpOptions, UP_USAGE, type UpOptions } from "./options";
import { missingTools, talosctlOf } from "./plugins";
import type { Scenario } from "./scenario";
import { Stage } from "./stage";

/** How a scenario went. */
interface Outcome {
    readonly name: string;
    readonly shows: string;
    readonly seconds: number;
    /** Empty when it went as it should. */
    readonly faults: readonly string[];
}

async function play(
    scenario: Scenario,
    stage: Stage,
    tell: (line: string) => void,
): Promise<Outcome> {
    const { name, shows } = scenario;
    const begin = Date.now();
    tell(`${name}: ${shows}`);
    let faults: readonly string[] = [];
    try {
        if (scenario.needsTalosctl === true && talosctlOf(process.env) === undefined) {
            tell("Left out: there is no talosctl on the PATH");
        } else {
            await scenario.run(stage);
        }
    } catch (error) {
        if (!(error instanceof ScenarioFault)) {
            throw error;
        }
        ({ faults } = error);
    }
    const seconds = Math.round((Date.now() - begin) / 1000);
    faults.forEach((fault) => {
        tell(`  ${fault}`);
    });
    return { name, shows, seconds, faults };
}

/** Plays the scenarios; the first fault ends those that follow on the same site. */
async function playAll(options: UpOptions, tell: (line: string) => void): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    const chosen = chosenScenarios(options.only);
    const groups = [
        chosen.filter(({ alone }) => alone !== true),
        ...chosen.filter(({ alone }) => alone === true).map((scenario) => [scenario]),
    ].filter((group) => group.length > 0);
    for (const group of groups) {
        const stage = await Stage.build({ ...options, progress: tell });
        const { journal } = options;
        if (journal !== undefined) {
            stage.site.listeners.add((what) => {
                fs.appendFileSync(journal, `${new Date().toISOString()} ${what}\n`);
            });
        }
        try {
            for (const scenario of group) {
                const outcome = await play(scenario, stage, tell);
                outcomes.push(outcome);
                if (outcome.faults.length > 0) {
                    break;
                }
            }
            for (const what of stage.site.unknown) {
                tell(`Asked for and not played: ${what}`);
            }
        } finally {
            await stage.close();
        }
    }
    return outcomes;
}

function report(outcomes: readonly Outcome[]): string {
    return outcomes
        .flatMap(({ name, seconds, faults }) => [
            `${faults.length === 0 ? "ok    " : "FAULT "} ${name.padEnd(20)} ${seconds} s`,
            ...faults.map((fault) => `         ${fault}`),
        ])
        .join("\n");
}

async function main(args: readonly string[]): Promise<number> {
    const options = parseUpOptions(args);
    const missing = missingTools();
    if (missing !== undefined) {
        if (options.require) {
            throw new UsageError(`The update cannot be rehearsed: ${missing}.`);
        }
        process.stderr.write(`Skipped: ${missing}.\n`);
        return 0;
    }
    const begin = Date.now();
    const tell = (line: string) => {
        const seconds = ((Date.now() - begin) / 1000).toFixed(0).padStart(4);
        process.stderr.write(`${seconds} s  ${line}\n`);
    };
    const outcomes = await playAll(options, tell);
    await print(options.json ? JSON.stringify(outcomes) : report(outcomes));
    return outcomes.every(({ faults }) => faults.length === 0) ? 0 : 1;
}

runCommand(UP_USAGE, main);
