/**
 * Spares most of the time of an analysis. The policy SDK turns the inputs of a resource from
 * protobuf into objects once per policy; with dozens of policies that is where the time goes. Here
 * the result is kept as long as the request lives. Policies only read inputs, so they may share it.
 *
 * To be removed when the SDK (`@pulumi/policy` 1.21: `server.js`, `makeAnalyzeRpcFun`) deserializes
 * a request once and no longer for each of its policies.
 */
import { createRequire } from "node:module";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

type Deserialize = (struct: Struct, proxySecrets: boolean) => Record<string, unknown>;

/** Wraps a deserializer so that each request is deserialized once. */
export function once(deserialize: Deserialize): Deserialize {
    const results = new WeakMap<Struct, Record<string, unknown>>();
    return (struct, proxySecrets) => {
        // With proxied secrets the result is meant to be changed (remediation): not for sharing.
        if (proxySecrets) {
            return deserialize(struct, proxySecrets);
        }
        const known = results.get(struct);
        const result = known ?? deserialize(struct, proxySecrets);
        results.set(struct, result);
        return result;
    };
}

/**
 * Puts the wrapper in place of the SDK's function; its server looks it up at each call.
 *
 * @returns puts the SDK's function back
 */
export function installDeserializeOnce(): () => void {
    // The module object itself; an import would be a read-only view of it.
    const sdk = createRequire(__filename)("@pulumi/policy/deserialize") as {
        deserializeProperties: Deserialize;
    };
    const { deserializeProperties } = sdk;
    Object.assign(sdk, { deserializeProperties: once(deserializeProperties) });
    return () => {
        Object.assign(sdk, { deserializeProperties });
    };
}
