/** Connectors as data, and what is wrong with them. Pure. */
import { z } from "zod";
import type { Fault } from "../base/definition";
import { cidr, pattern, text, told, whole } from "../base/values";
import { isAllowedImage } from "../../trust/registries";

const topicName = pattern(
    /^[a-z0-9]([-a-z0-9.]{0,247}[a-z0-9])?$/,
    "the name of a topic, in lower case",
);
const DIGEST = /^[^@\s]+@sha256:[0-9a-f]{64}$/;
const option = z.union([z.string(), z.number(), z.boolean()]);

/** One connector. */
const connector = z.strictObject({
    name: pattern(
        /^[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?$/,
        "a name of at most 52 lower case letters, digits and hyphens",
    ).describe("name of the connector"),
    class: pattern(
        /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)+$/,
        "the full name of a Java class, such as org.example.SinkConnector",
    ).describe("its class"),
    plugin: text(
        (value) => DIGEST.test(value),
        "an image by its digest, such as quay.io/org/plugin@sha256: and 64 hexadecimal digits",
    )
        .optional()
        .describe(
            "image with its classes, by digest: name@sha256:…; default: those that Kafka itself has",
        ),
    tasks: whole({ from: 1, to: 100 }).default(1).describe("most tasks that share its work"),
    config: told(
        z.record(z.string(), option).default({}),
        "options, each with a text, a number or a switch",
    ).describe("its options, less those that the platform sets"),
    credentials: told(
        z.record(z.string(), z.string().regex(/^[\w.-]+$/)).default({}),
        "options, each with a name of letters, digits, dots, hyphens and underscores",
    ).describe("options whose values are secret, with their names in kafkaConnectCredentials"),
    reads: z.array(topicName).default([]).describe("topics that it takes records out of"),
    writes: z.array(topicName).default([]).describe("topics that it puts records into"),
    reaches: z
        .array(
            z.strictObject({
                to: told(
                    z.union([z.literal("internet"), cidr]).default("internet"),
                    "internet, or a network such as 10.20.0.0/16",
                ).describe("a network in the site, or internet"),
                ports: z
                    .array(whole({ from: 1, to: 65_535 }))
                    .min(1)
                    .describe("ports there"),
            }),
        )
        .default([])
        .describe("where it connects to besides Kafka"),
});

/** A connector, with defaults filled in. */
export type Connector = z.output<typeof connector>;

export const connectorSettings = z
    .array(connector)
    .default([])
    .describe("what copies records between topics and other systems");

/** Options that follow from other settings, and from which. */
const decided: Readonly<Record<string, string>> = {
    name: "name",
    "connector.class": "class",
    "tasks.max": "tasks",
    topics: "reads",
    "topics.regex": "reads",
};

const SECRET = /(?:^|[._-])(?:password|passwd|passphrase|secret|token|credentials?)$/i;

function faultsOf(key: string, own: Connector): Fault[] {
    const { plugin, config, credentials, reads, writes } = own;
    const both = Object.keys(credentials).filter((name) => name in config);
    return [
        ...(plugin === undefined || isAllowedImage(plugin)
            ? []
            : [
                  {
                      key: `${key}.plugin`,
                      found: plugin,
                      allowed: "an image of a registry in trust/registries.ts",
                  },
              ]),
        ...(reads.length + writes.length > 0
            ? []
            : [
                  {
                      key: `${key}.reads`,
                      found: "nothing",
                      allowed: "a topic that it reads, or one in writes",
                  },
              ]),
        ...Object.keys({ ...config, ...credentials })
            .filter((name) => Object.hasOwn(decided, name))
            .map((name) => ({
                key: `${key}.config.${name}`,
                found: String(config[name] ?? credentials[name]),
                allowed: `nothing: it follows from ${decided[name] ?? name}`,
            })),
        ...Object.keys(config)
            .filter((name) => SECRET.test(name))
            .map((name) => ({
                key: `${key}.config.${name}`,
                found: "a value that everybody can read",
                allowed: "its name in kafkaConnectCredentials, under credentials",
            })),
        ...both.map((name) => ({
            key: `${key}.credentials.${name}`,
            found: "a value in config as well",
            allowed: "one of the two",
        })),
    ];
}

/** Every mistake in the connectors of a site. */
export function connectorFaults(connectors: readonly Connector[]): Fault[] {
    const key = "systems.kafkaConnect.connectors";
    return connectors.length === 0
        ? [
              {
                  key,
                  found: "nothing",
                  allowed: "at least one connector, or systems.kafkaConnect off",
              },
          ]
        : connectors.flatMap((own, index) => {
              const isTwice = connectors.findIndex(({ name }) => name === own.name) < index;
              return [
                  ...faultsOf(`${key}[${index}]`, own),
                  ...(isTwice
                      ? [
                            {
                                key: `${key}[${index}].name`,
                                found: own.name,
                                allowed: "a name that no other connector has",
                            },
                        ]
                      : []),
              ];
          });
}
