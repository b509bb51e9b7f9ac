import * as path from "node:path";
import { disconnect } from "@pulumi/pulumi/runtime/settings";
import * as pulumi from "@pulumi/pulumi";
import { Analyzer } from "/work/main/preview/analyzer";
import { install, Recorder } from "/work/main/preview/recorder";
import { build } from "/work/main/test/systems/data/zz-try";
import { record, settingsWith } from "/work/main/test/systems/network/record";
async function main() {
    let ctx: any; await record((c: any) => { ctx = c; }, settingsWith(process.argv[2] === "toolbox" ? { systems: { rookCeph: { toolbox: true } } } : {}));
    const levels = JSON.parse(require("node:fs").readFileSync("/work/main/policy/levels.prod.json", "utf8"));
    const analyzer = new Analyzer("/work/main/policy", { ...levels, scorecard: { enforcementLevel: "advisory", file: "/tmp/try/score.json" } });
    const recorder = new Recorder((r: any) => analyzer.judge(r));
    await install(recorder, "platform", "prod");
    await pulumi.runtime.runInPulumiStack(() => Promise.resolve(build(ctx)));
    await disconnect();
    const violations = await analyzer.finish(recorder.registrations as any);
    for (const v of violations as any[]) console.log(v.level ?? "", v.policy, String(v.urn).split("::").pop(), "|", v.message);
    analyzer.stop();
}
void main();
