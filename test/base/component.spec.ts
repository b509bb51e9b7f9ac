import * as assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { PlatformComponent } from "../../components/base/component";
import { installRecorder, Recorder } from "../../preview/recorder";
import { settled } from "../fixtures/recorder";

class Shop extends PlatformComponent {
    constructor(name: string, outputs?: pulumi.Inputs) {
        super("apps", "Shop", name, {});
        if (outputs !== undefined) {
            this.registerOutputs(outputs);
        }
    }
}

/** Notes which resources register outputs. */
class OutputRecorder extends Recorder {
    readonly withOutputs: string[] = [];

    override registerResourceOutputs(
        ...[request, callback]: Parameters<Recorder["registerResourceOutputs"]>
    ): void {
        this.withOutputs.push(request.getUrn());
        super.registerResourceOutputs(request, callback);
    }
}

describe("a component", () => {
    it("registers outputs when it has any: for empty ones the engine writes the whole state", async () => {
        const recorder = new OutputRecorder();
        await installRecorder(recorder, "platform", "test");
        new Shop("silent");
        new Shop("open", { url: "https://shop.example.org" });
        await settled();
        assert.deepEqual(
            recorder.registrations.map(({ name }) => name),
            ["silent", "open"],
        );
        assert.deepEqual(
            recorder.withOutputs.map((urn) => urn.split("::").at(-1)),
            ["open"],
        );
    });
});
