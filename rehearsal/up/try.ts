import * as fs from "node:fs";
import * as path from "node:path";
import { spawnSync, spawn } from "node:child_process";
import { temporaryFolder } from "../../components/base/ending";
import { readStackFile } from "../../preview/stack-file";
import { PlayedSite } from "../machines/site";
import { neededPrivileges } from "../../components/machines/proxmox-privileges";
import { operatorDefinitions } from "../machines/operator-definitions";
import { rehearsedStack } from "../stack";
import { Workspace } from "./workspace";
async function main() {
    const t0 = Date.now();
    const say = (m: string) => console.error(`${((Date.now()-t0)/1000).toFixed(1)} ${m}`);
    const { folder } = temporaryFolder("up");
    const stackName = process.argv[2] ?? "prod";
    const stack = readStackFile(path.join(__dirname, "..", ".."), stackName);
    const secret = "00000000-0000-4000-8000-000000000000";
    const ws = Workspace.create(folder, stack, (process.env.KEEP ?? "cilium").split(","), { proxmoxApiToken: `rehearsal@pve!up=${secret}` });
    const nodes = ws.setting<any[]>("nodes")!;
    const proxmox = ws.setting<any>("proxmox"); const cluster = ws.setting<any>("cluster");
    const all = Object.values(neededPrivileges).flat();
    const rehearsed = await rehearsedStack(readStackFile(folder, stackName));
    const site = await PlayedSite.start({
        endpoint: proxmox.endpoint, hosts: proxmox.hosts.map((h: any) => h.name),
        storages: [{ name: "local", content: ["iso","vztmpl","backup","import"] }, { name: "local-lvm", content: ["images","rootdir"] }],
        token: { id: "rehearsal@pve!up", secret, privileges: { "/": all } },
        addresses: nodes.map((n) => n.address), controlPlanes: nodes.filter((n) => n.role === "controlPlane").map((n) => n.address),
        virtualAddress: cluster.virtualIp, apiServerPort: 6443, kubernetes: "1.36.2", definitions: operatorDefinitions(rehearsed.objects.map(({ manifest }) => manifest)),
    }, say);
    fs.writeFileSync(path.join(folder, "authority.pem"), site.authority);
    const env = { ...process.env, PATH: `/tmp/pulumi/bin:/tmp/whole/bin:${process.env.PATH}`,
        PULUMI_HOME: path.join(folder, ".pulumi-home"), PULUMI_BACKEND_URL: `file://${path.join(folder, ".state")}`, PULUMI_CONFIG_PASSPHRASE: "rehearsal", PULUMI_SKIP_UPDATE_CHECK: "true",
        HTTPS_PROXY: `http://127.0.0.1:${site.proxy.port}`, NO_PROXY: "127.0.0.1,localhost", SSL_CERT_FILE: path.join(folder, "authority.pem"),
        NODE_OPTIONS: `--require ${path.join(folder, "rehearsal/machines/redirect.cjs")}`, REHEARSAL_DOORS: JSON.stringify(site.doors) };
    const run = (args: string[]) => new Promise<number>((res) => { const c = spawn("pulumi", args, { cwd: folder, env, stdio: "inherit" }); c.on("close", (x) => res(x ?? 1)); });
    if (process.env.LOOK) setInterval(() => void (async () => { const k = site.kubernetes.kubernetes; if (!k) return;
        for (const n of await k.list<any>("v1","Node")) console.error("NODE", n.metadata.name, JSON.stringify(n.metadata.labels), JSON.stringify(n.status.conditions?.map((c: any) => c.type+c.status)), JSON.stringify(n.status.addresses), JSON.stringify(n.spec));
        for (const n of await k.list<any>("v1","Pod")) console.error("POD", n.metadata.name, n.spec.nodeName, n.status.phase, JSON.stringify(n.status.conditions?.map((c: any) => c.type+c.status+(c.message??""))));
        console.error((site.kubernetes as any).controlPlane.logs("kwok").slice(-1500));
    })(), 25000);
    say("init"); await run(["stack", "init", stackName, "--non-interactive"]);
    for (const [k, v] of Object.entries(ws.secrets)) await run(["config","set","--secret","--stack",stackName,k,v]);
    const code = await run(["up", "--stack", stackName, "--yes", "--skip-preview", "--non-interactive", ...(process.env.UPFLAGS ?? "").split(" ").filter(Boolean)]);
    say(`up ${code}`); console.error([...site.unknown]);
    if (code === 0) { const again = await run(["preview", "--stack", stackName, "--diff", "--expect-no-changes", "--non-interactive"]); say(`again ${again}`);
      if (process.env.AGAIN) { say(`up again ${await run(["up", "--stack", stackName, "--yes", "--skip-preview", "--non-interactive"])}`); }
      if (process.env.DESTROY) { await run(["state","unprotect","--all","--yes","--stack",stackName]); say(`destroy ${await run(["destroy","--stack",stackName,"--yes","--skip-preview","--non-interactive"])}`); console.error([...site.proxmox.machines.keys()], [...site.proxmox.files.keys()]); } }
    await site.stop(); spawnSync("rm", ["-rf", folder]);
    process.exit(code);
}
void main();
