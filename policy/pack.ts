/** Assembles the policy pack; constructing it serves it at once, so tests never import this. */
import { PolicyPack } from "@pulumi/policy";
import { criteria } from "./criteria";
import { installDeserializeOnce } from "./sdk/deserialize-once";
import { toPolicies } from "./kernel/policies";
import { installReadableOnce } from "./sdk/resources-once";
import { installStructs } from "./sdk/structs";

installDeserializeOnce();
installStructs();
installReadableOnce();
new PolicyPack("readiness", { policies: toPolicies(criteria), enforcementLevel: "mandatory" });
