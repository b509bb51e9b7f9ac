/** Assembles the policy pack; constructing it serves it at once, so tests never import this. */
import { PolicyPack } from "@pulumi/policy";
import { criteria } from "./criteria";
import { install } from "./machinery/deserialize-once";
import { toPolicies } from "./machinery/policies";
import { installReadableOnce } from "./machinery/resources-once";
import { installStructs } from "./machinery/structs";

install();
installStructs();
installReadableOnce();
new PolicyPack("readiness", { policies: toPolicies(criteria), enforcementLevel: "mandatory" });
