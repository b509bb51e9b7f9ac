/** Whether images of sources that sign are verified, by the word of whom the lists trust. */
import { isDeepStrictEqual } from "node:util";
import {
    attestorOf,
    isOneOf,
    referencesTo,
    signedExpression,
} from "../../../operators/kyverno-images";
import { admissionExemptions } from "../../../trust/admission-exemptions";
import { signedImages } from "../../../trust/image-signatures";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import { holdsUnknown, read, readList, readString, type Tree } from "../../kernel/tree";
import { namespacesOf } from "../../kubernetes/namespaces";
import { imagesOf } from "../operated/fields";
import { namespaceFault } from "./matching";

/** What keeps a policy from verifying the images of a source; undefined when nothing does. */
function lack(spec: Tree, source: string, namespaces: readonly string[]): string | undefined {
    const trusted = signedImages[source];
    if (trusted === undefined) {
        return "nobody is trusted to sign them";
    }
    const globs = readList(spec, "matchImageReferences").map((one) => readString(one, "glob"));
    const missing = referencesTo(trusted.images).find(({ glob }) => !globs.includes(glob));
    if (missing !== undefined) {
        return `its matchImageReferences lack ${missing.glob}`;
    }
    if (!isDeepStrictEqual(readList(spec, "attestors"), [attestorOf(trusted.signer)])) {
        return "its attestors are not those of trust/image-signatures.ts";
    }
    const checks = readList(spec, "validations").map((one) => readString(one, "expression"));
    if (!checks.includes(signedExpression)) {
        return "its validations do not ask for the signature of every image";
    }
    const admission = read(spec, ["evaluation", "admission", "enabled"]);
    if (admission.state === "known" && admission.value === false) {
        return "evaluation.admission.enabled is false";
    }
    const actions = readList(spec, "validationActions");
    return actions.some((action) => action === "Deny" || action === "Audit")
        ? namespaceFault(spec, namespaces)
        : "its validationActions hold neither Deny nor Audit";
}

/** Images of sources that sign, each with a policy that verifies it. */
export function judgeSignatures(facts: Facts): Finding[] {
    const policies = facts.objects("policies.kyverno.io", "ImageValidatingPolicy");
    const unknown = policies.some(({ inputs }) => holdsUnknown(inputs.spec));
    const namespaces = namespacesOf(facts)
        .map(({ name }) => name)
        .filter((name) => !(name in admissionExemptions));
    const lacks = new Map<string, string | undefined>();
    const lackOf = (source: string): string | undefined => {
        if (!lacks.has(source)) {
            const found = policies.map(({ key, inputs }) => ({
                key,
                why: lack(inputs.spec as Tree, source, namespaces),
            }));
            const nearest = found.find(({ key }) => key.endsWith(`/signed-${source}`)) ?? found[0];
            const isVerified = found.some(({ why }) => why === undefined);
            lacks.set(
                source,
                isVerified
                    ? undefined
                    : nearest === undefined
                      ? "no policy verifies them"
                      : `of ${nearest.key} ${nearest.why ?? ""}`,
            );
        }
        return lacks.get(source);
    };
    return facts.workloads().flatMap((fact) => {
        if ((fact.object.namespace ?? "") in admissionExemptions) {
            return [];
        }
        const images = imagesOf(fact).flatMap(({ image }) =>
            image.state === "known" && typeof image.value === "string" ? [image.value] : [],
        );
        return Object.entries(signedImages).flatMap(([source, trusted]) => {
            const image = images.find((one) => isOneOf(trusted.images, one));
            if (image === undefined) {
                return [];
            }
            const why = lackOf(source);
            return why === undefined
                ? []
                : unknown
                  ? [
                        notJudged(
                            fact,
                            `whether the signature of ${image} is verified cannot be said`,
                        ),
                    ]
                  : [
                        violated(
                            fact,
                            `${image} comes from a source that signs its images (${source}), and ${why}; verify them as trust/image-signatures.ts says`,
                        ),
                    ];
        });
    });
}
