/** Time passes for the client certificate of Talos in the state. */
import * as fs from "node:fs";
import * as path from "node:path";
import { authorityOf, replaceClient } from "../../preview/engine/talos-secrets";
import { readAuthority, sign } from "../machines/certificates";
import { exportState, importState } from "./exported-state";
import { ScenarioFault } from "./fault";
import type { Stage } from "./stage";

/** Days, so that it has ended some seconds after it was signed. */
const ENDED = -30 / 86_400;

const text = (base64: string) => Buffer.from(base64, "base64").toString("utf8");
const base64 = (content: string) => Buffer.from(content, "utf8").toString("base64");

/** Puts one into the state that has ended; resolves with a talosconfig of it. */
export async function expireClient(stage: Stage): Promise<string> {
    const file = await exportState(stage, "--show-secrets");
    const state: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    const authority = authorityOf(state);
    if (authority === undefined) {
        throw new ScenarioFault(["The state has no authority of Talos."]);
    }
    const known = await readAuthority(
        { certificate: text(authority.certificate), key: text(authority.key) },
        "talos",
    );
    const { certificate, key } = await sign(known, {
        name: "O=os:admin",
        addresses: [],
        days: ENDED,
    });
    replaceClient(state, { certificate: base64(certificate), key: base64(key) });
    await importState(stage, state);
    const talosconfig = path.join(stage.workspace.folder, "ended");
    const test = {
        endpoints: [stage.node("controlPlane").address],
        ca: authority.certificate,
        crt: base64(certificate),
        key: base64(key),
    };
    fs.writeFileSync(talosconfig, JSON.stringify({ context: "test", contexts: { test } }));
    return talosconfig;
}
