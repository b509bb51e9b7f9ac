/** Assembles the policy pack; constructing it serves it at once, so tests never import this. */
import { PolicyPack } from "@pulumi/policy";
import { criteria } from "./criteria";
import { toPolicies } from "./machinery/policies";

new PolicyPack("readiness", { policies: toPolicies(criteria), enforcementLevel: "mandatory" });
