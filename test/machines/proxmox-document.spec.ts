import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { neededPrivileges } from "../../components/machines/proxmox-privileges";

describe("the page on Proxmox", () => {
    it("gives the role exactly the privileges that the check demands", () => {
        const page = fs.readFileSync(path.join(__dirname, "../../docs/proxmox.md"), "utf8");
        const [, listed = ""] = /pveum role add Platform --privs "([^"]+)"/.exec(page) ?? [];
        const needed = new Set(Object.values(neededPrivileges).flat());
        assert.deepEqual(listed.split(" ").sort(), [...needed].sort());
    });
});
