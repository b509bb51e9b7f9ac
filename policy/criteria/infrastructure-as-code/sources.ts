/** IAC-01 and IAC-02: what is installed is pinned to bytes, from places that were chosen. */
import { chartRepositories } from "../../../trust/chart-repositories";
import {
    type Finding,
    judgeEach,
    notJudged,
    type ResourceCriterion,
    violated,
} from "../../kernel/criterion";
import { imagesOf } from "../../engines/operated/fields";
import { isUndescribed, UNDESCRIBED } from "../../engines/operated/resources";
import type { Fact } from "../../kernel/facts";
import { parseImage } from "../../kubernetes/images";
import { read, type Reading, showReading } from "../../kernel/tree";

const EXACT_VERSION = /^v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/;
const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Ways to install a chart or a folder of manifests that register nothing while the kubeconfig is
 * unknown, so that every other criterion would pass on nothing (pitfall P1).
 */
const HIDING = /^kubernetes:(?:helm\.sh\/v[34]:|kustomize(?:\/v2)?:|yaml\/v2:)/;

function field(
    fact: Fact,
    name: string,
    wanted: string,
    good: (value: unknown) => boolean,
): Finding[] {
    const reading = read(fact.inputs, [name]);
    if (reading.state === "unknown") {
        return [notJudged(fact, `${name} is known only at the update`)];
    }
    return reading.state === "known" && good(reading.value)
        ? []
        : [violated(fact, `${name} is ${showReading(reading)}; ${wanted}`)];
}

function matches(pattern: RegExp): (value: unknown) => boolean {
    return (value) => typeof value === "string" && pattern.test(value);
}

function isListed(repository: unknown): boolean {
    const bare = (text: string) => text.replace(/\/+$/, "");
    return (
        typeof repository === "string" &&
        chartRepositories.some((listed) => bare(listed) === bare(repository))
    );
}

function judgeChart(fact: Fact): Finding[] {
    const rendered = read(fact.inputs, ["rendered"]);
    const isRendered = rendered.state === "known" && rendered.value === true;
    const reason = read(fact.inputs, ["reason"]);
    const why = reason.state === "known" ? String(reason.value) : "it does not say why";
    return [
        ...field(fact, "version", "pin an exact version such as 1.2.3", matches(EXACT_VERSION)),
        ...field(
            fact,
            "repository",
            "use one of trust/chart-repositories.ts or add it there",
            isListed,
        ),
        ...(isRendered
            ? field(fact, "digest", "run `make charts` to lock the sha256", matches(SHA256))
            : [notJudged(fact, `the chart was not rendered: ${why}`)]),
    ];
}

/** IAC-01. */
export const pinnedCharts: ResourceCriterion = {
    id: "IAC-01",
    name: "iac-01-pinned-charts",
    description:
        "Checks that every chart has an exact version, a sha256 digest and a repository on the allow-list.",
    severity: "high",
    remediation:
        "Pin the chart in the system's definition, run `make charts`, and list a new repository in trust/chart-repositories.ts.",
    // It says so itself, with the reason.
    besidesCharts: true,
    judgeResource: (fact) => {
        if (HIDING.test(fact.type)) {
            const message = `a resource of type ${fact.type} hides its objects from every policy; use components/base/chart.ts`;
            return { subjects: 1, findings: [violated(fact, message)] };
        }
        return fact.type === "platform:base:Chart"
            ? { subjects: 1, findings: judgeChart(fact) }
            : undefined;
    },
};

const MOVING =
    /^(?:latest.*|stable|main|master|edge|nightly|canary|next|dev|devel|develop|development|head|rolling|release|lts|current)$/i;
const EXACT_TAG = /\d+\.\d+|(?:^|[-_.])(?:sha-?)?(?=[a-f]*\d)[0-9a-f]{7,40}$|\d{4}-?\d{2}-?\d{2}/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

function judgeImage(fact: Fact, where: string, image: Reading): Finding[] {
    if (image.state === "unknown") {
        return [notJudged(fact, `the image of ${where} is known only at the update`)];
    }
    if (image.state === "absent" || typeof image.value !== "string" || image.value === "") {
        return [violated(fact, `${where} names no image; name one with an exact tag or a digest`)];
    }
    const { tag, digest } = parseImage(image.value);
    if (digest !== undefined) {
        return DIGEST.test(digest)
            ? []
            : [violated(fact, `${where} runs ${image.value}; its digest is not a sha256`)];
    }
    if (tag === undefined || tag === "") {
        return [
            violated(fact, `${where} runs ${image.value}, which means latest; add an exact tag`),
        ];
    }
    return EXACT_TAG.test(tag) && !MOVING.test(tag)
        ? []
        : [
              violated(
                  fact,
                  `${where} runs ${image.value}, a tag that moves; use an exact tag or a digest`,
              ),
          ];
}

/** IAC-02. */
export const pinnedImages: ResourceCriterion = {
    id: "IAC-02",
    name: "iac-02-pinned-images",
    description: "Checks that every image has an exact tag or a digest.",
    severity: "high",
    remediation: "Set the image's tag to an exact release in the values of the system.",
    judgeResource: (fact) => {
        const images = imagesOf(fact);
        const unread = fact.workload?.unread ?? [];
        if (isUndescribed(fact)) {
            return { subjects: 1, findings: [notJudged(fact, UNDESCRIBED)] };
        }
        if (fact.workload === undefined && images.length === 0) {
            return undefined;
        }
        const { subjects, findings } = judgeEach(images, ({ where, image }) =>
            judgeImage(fact, where, image),
        );
        const hidden = unread.map((place) =>
            notJudged(fact, `the images of ${place} are known only at the update`),
        );
        return { subjects: subjects + hidden.length, findings: [...findings, ...hidden] };
    },
};
