/** What the configuration says of the images that Tekton builds. Pure. */
import { z } from "zod";
import type { Fault } from "../base/definition";
import { pattern, text } from "../base/values";
import { repositoryAddress } from "../delivery-schema";

/** Letters of a name: runs have random ones behind it, and a label holds 63. */
const LONGEST_NAME = 40;

const REGISTRY = /^(?<host>[a-z0-9.-]+(:\d+)?)\/[a-z0-9]+([._/-]+[a-z0-9]+)*$/;

/** An image by its full name, without what says which one. */
const repositoryOfImages = text((value) => {
    const host = REGISTRY.exec(value)?.groups?.host;
    return host !== undefined && (host.includes(".") || host.includes(":"));
}, "a full name without a tag such as ghcr.io/example/shop");

const exactImage = text(
    (value) => /^[^\s@]+:(?!latest$)[\w.-]+$/.test(value) || /@sha256:[0-9a-f]{64}$/.test(value),
    "an image with an exact tag or a digest such as docker.io/library/node:24.13.0-slim",
);

const build = z.strictObject({
    name: text(
        (value) => /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(value) && value.length <= LONGEST_NAME,
        `a name such as shop: at most ${LONGEST_NAME} lower-case letters, digits and hyphens, a letter first`,
    ).describe("its name; that of its pipeline too"),
    repository: text(
        (value) => repositoryAddress(value)?.scheme === "https",
        "the address of a Git repository such as https://github.com/example/shop.git, without a password",
    ).describe("address of the Git repository with the code, as its pushes name it (`clone_url`)"),
    isPrivate: z
        .boolean()
        .default(false)
        .describe("it is read with the token `buildSourceToken`; default: anybody may read it"),
    branch: pattern(/^(?!-)[\w./-]+$/, "a branch such as main")
        .default("main")
        .describe("pushes to this branch are built"),
    image: repositoryOfImages.describe(
        "where the image goes, without a tag; what is not scanned yet lies beside it, with `-candidates` behind its name",
    ),
    test: z
        .strictObject({
            image: exactImage.describe("image in which the tests run"),
            command: text(
                (value) => value.trim() !== "",
                "a command such as npm ci && npm test",
            ).describe("command of the tests, for `sh -c`; what ends with an error ends the run"),
        })
        .describe("how the code is tested before it is built"),
});

/** One image that is built from one repository. */
export type Build = z.output<typeof build>;

/** Settings of Tekton. */
export const tektonSettings = {
    builds: z.array(build).default([]).describe("what is built, each from its own repository"),
    registryUser: text((value) => /^[^\s:]+$/.test(value), "a user name without spaces or colons")
        .optional()
        .describe("who pushes images to the registry; the password is `buildRegistryPassword`"),
    stopsUnfixed: z
        .boolean()
        .default(true)
        .describe(
            "a critical vulnerability stops an image although nobody has mended it yet; false lets those pass",
        ),
};

/** The settings, with defaults filled in. */
export interface TektonSettings {
    readonly builds: readonly Build[];
    readonly registryUser?: string | undefined;
    readonly stopsUnfixed: boolean;
}

/** Host of the registry of an image. */
export function registryOf(image: string): string {
    return image.slice(0, image.indexOf("/"));
}

/** Who may read a private repository: the token goes to these servers and no other. */
export function privateServers({ builds }: Pick<TektonSettings, "builds">): string[] {
    const hosts = builds
        .filter(({ isPrivate }) => isPrivate)
        .map(({ repository }) => new URL(repository).origin);
    return [...new Set(hosts)];
}

const key = (rest: string) => `systems.tekton.${rest}`;

/** What cannot be meant. */
export function tektonFaults({ builds, registryUser }: TektonSettings): Fault[] {
    const [first] = builds;
    if (first === undefined) {
        return [
            {
                key: key("builds"),
                found: "nothing",
                allowed:
                    "at least one image and the repository that it is built from, because systems.tekton.enabled is true (or turn systems.tekton off)",
            },
        ];
    }
    const home = registryOf(first.image);
    const repeated = (field: "name" | "image", other: string): Fault[] =>
        builds.flatMap((one, index) =>
            builds.slice(0, index).some((before) => before[field] === one[field])
                ? [
                      {
                          key: key(`builds[${index}].${field}`),
                          found: `${one[field]}, as another has it`,
                          allowed: other,
                      },
                  ]
                : [],
        );
    return [
        ...(registryUser === undefined
            ? [
                  {
                      key: key("registryUser"),
                      found: "nothing",
                      allowed: `the user who pushes images to ${home}`,
                  },
              ]
            : []),
        ...repeated("name", "a name of its own, because each has its own pipeline"),
        ...repeated("image", "an image of its own: the later push would replace the earlier"),
        ...builds.flatMap(({ image }, index) =>
            registryOf(image) === home
                ? []
                : [
                      {
                          key: key(`builds[${index}].image`),
                          found: `${image}, in another registry than ${first.image}`,
                          allowed: `an image in ${home}: one user and password are for all`,
                      },
                  ],
        ),
        ...(privateServers({ builds }).length > 1
            ? [
                  {
                      key: key("builds"),
                      found: `private repositories on ${privateServers({ builds }).join(" and ")}`,
                      allowed: "private repositories on one server: one token is for all",
                  },
              ]
            : []),
    ];
}
