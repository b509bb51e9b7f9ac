/** What may be said about where alerts go, and what of it cannot be meant. Pure. */
import { isAddress, isNetwork } from "../addresses";
import { z } from "zod";
import type { Fault } from "../base/definition";
import { day, email, pattern, sentence, server, text } from "../base/values";
import type { SiteConfiguration } from "../site-schema";

/** The ways to a person, in the order in which a warning takes the first one that there is. */
export const channelNames = ["ntfy", "matrix", "webhook", "email"] as const;
/** One of them. */
export type ChannelName = (typeof channelNames)[number];

const weekdays = [
    ...(["monday", "tuesday", "wednesday", "thursday"] as const),
    ...(["friday", "saturday", "sunday"] as const),
] as const;

const time = pattern(/^([01]\d|2[0-3]):[0-5]\d$/, "a time such as 08:00, in quotes");

function isTimeZone(name: string): boolean {
    try {
        new Intl.DateTimeFormat("en", { timeZone: name });
        return /^[A-Z]/.test(name);
    } catch {
        return false;
    }
}

const silence = z.strictObject({
    matchers: z
        .array(
            pattern(
                /^[a-zA-Z_]\w*(=~|!~|!=|=)[^\s"\\][^"\\]*$/,
                "a matcher such as alertname=NodePressure or namespace=~n8n|lldap",
            ),
        )
        .min(1)
        .describe("labels that an alert must all have: `alertname=NodePressure`"),
    reason: sentence(10, "a reason").describe("why nobody is told"),
    expires: day.describe("last day on which it holds, `YYYY-MM-DD`, at most 90 days ahead"),
});

/** A silence as the settings have it. */
export type Silence = z.output<typeof silence>;

/** What may be written below `systems.alertRouting`. */
export const routingSettings = {
    ntfy: z
        .strictObject({
            server: server.default("ntfy.sh").describe("host of the ntfy server, over https"),
            authenticated: z
                .boolean()
                .default(false)
                .describe("the server asks for a token, the secret `ntfyToken`"),
        })
        .optional()
        .describe("push messages by ntfy; its topic is the secret `ntfyTopic`"),
    matrix: z
        .strictObject({
            server: server
                .optional()
                .describe(
                    "host of a bridge elsewhere, over https, such as matrix-hookshot; its address is the secret `matrixWebhookUrl`; default: the room `#alerts` of the system `matrix`",
                ),
        })
        .optional()
        .describe("a Matrix room"),
    webhook: z
        .strictObject({ server: server.describe("host that takes the messages, over https") })
        .optional()
        .describe(
            "anything that takes Alertmanager's webhook, its address the secret `alertWebhookUrl`",
        ),
    email: z
        .strictObject({
            to: z.array(email).min(1).describe("addresses to which messages go"),
        })
        .optional()
        .describe("electronic mail, by the settings `mail`"),
    deadMansSwitch: z
        .strictObject({
            server: server.describe(
                "host of a service outside of the cluster that raises the alarm when it hears nothing, over https, such as hc-ping.com",
            ),
        })
        .optional()
        .describe(
            "who notices that no alert can be sent any more; its address is the secret `deadMansSwitchUrl`",
        ),
    workingHours: z
        .strictObject({
            days: z
                .array(z.enum(weekdays))
                .min(1)
                .default(["monday", "tuesday", "wednesday", "thursday", "friday"])
                .describe("days of the week"),
            from: time.default("08:00").describe("first minute"),
            to: time.default("18:00").describe("last minute"),
            timeZone: text(isTimeZone, "a time zone such as Europe/Berlin").describe(
                "time zone of both",
            ),
        })
        .optional()
        .describe("when warnings are sent; critical alerts always are; default: at any hour"),
    silences: z
        .array(silence)
        .default([])
        .describe("alerts of which nobody is told for a while, each with its reason"),
};

/** The settings, with defaults filled in. */
export type RoutingSettings = z.output<z.ZodObject<typeof routingSettings, z.core.$strict>>;

/** The ways that are set, in their order. */
export function channelsOf(own: RoutingSettings): ChannelName[] {
    return channelNames.filter((name) => own[name] !== undefined);
}

/** Whether alerts go into the room of the platform's own Matrix. */
export function isOwnRoom({ matrix }: Pick<RoutingSettings, "matrix">): boolean {
    return matrix !== undefined && matrix.server === undefined;
}

/** The server that a way leads to; two ways by one server fail together. */
function serverOf(own: RoutingSettings, { mail, domain }: SiteConfiguration, name: ChannelName) {
    if (name === "matrix" && isOwnRoom(own)) {
        return `matrix.${domain}`;
    }
    return name === "email" ? mail?.host : own[name]?.server;
}

function isWithin(host: string, domain: string): boolean {
    return host === domain || host.endsWith(`.${domain}`);
}

function toNumber(address: string): number {
    return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function holds(network: string, address: string): boolean {
    const [start = "", length = "32"] = network.split("/");
    const size = 2 ** (32 - Number(length));
    return Math.floor(toNumber(start) / size) === Math.floor(toNumber(address) / size);
}

/** Whether a host is a part of the cluster, or reached through it. */
function isInside(host: string, { domain, network }: SiteConfiguration): boolean {
    const name = host.toLowerCase();
    return isAddress(name)
        ? [network.nodes, network.pods, network.services].some(
              (own) => isNetwork(own) && holds(own, name),
          )
        : !name.includes(".") ||
              [domain, "cluster.local", "svc", "localhost"].some((own) => isWithin(name, own));
}

const LONGEST_SILENCE = 90;

function dayAfter(days: number): string {
    return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

function silenceFaults({ silences }: RoutingSettings): Fault[] {
    return silences.flatMap(({ expires, matchers }, index): Fault[] => {
        const key = `systems.alertRouting.silences[${index}]`;
        const isOver = expires < dayAfter(0);
        const isTooLong = expires > dayAfter(LONGEST_SILENCE);
        return [
            ...(isOver || isTooLong
                ? [
                      {
                          key: `${key}.expires`,
                          found: `${expires}, which is ${isOver ? "over" : "too far ahead"}`,
                          allowed: `a day within ${LONGEST_SILENCE} days from now; take the silence out when nobody needs it`,
                      },
                  ]
                : []),
            ...(matchers.some((matcher) => /^alertname=~?Watchdog$/.test(matcher))
                ? [
                      {
                          key: `${key}.matchers`,
                          found: "the alert Watchdog",
                          allowed: "any other: without it the dead man's switch raises the alarm",
                      },
                  ]
                : []),
        ];
    });
}

/** Ways that fail together, or with the cluster. */
function channelFaults(own: RoutingSettings, site: SiteConfiguration): Fault[] {
    const key = "systems.alertRouting";
    const names = channelsOf(own);
    const wanted = site.profile === "prod" ? 2 : 1;
    const few: Fault[] =
        names.length >= wanted
            ? []
            : [
                  {
                      key,
                      found:
                          names.length === 0 ? "no channel" : `${names.join()} as the only channel`,
                      allowed: `${wanted === 1 ? "one" : "two"} of ${channelNames.join(", ")}${wanted === 1 ? "" : ", so that a critical alert has a second way"}`,
                  },
              ];
    const unsent: Fault[] =
        own.email !== undefined && site.mail === undefined
            ? [
                  {
                      key: "mail",
                      found: "nothing",
                      allowed:
                          "the server that takes mail, because systems.alertRouting.email is set",
                  },
              ]
            : [];
    const servers = names.map((name) => serverOf(own, site, name)?.toLowerCase());
    const twice: Fault[] = names.flatMap((name, index) => {
        const first = servers.indexOf(servers[index]);
        return servers[index] === undefined || first === index
            ? []
            : [
                  {
                      key: `${key}.${name}.server`,
                      found: `${servers[index]}, as for ${names[first] ?? ""}`,
                      allowed: "another server: two ways by one server fail together",
                  },
              ];
    });
    const inside = servers.filter((host) => host !== undefined && isInside(host, site));
    const within: Fault[] =
        names.length > 0 && inside.length === names.length
            ? [
                  {
                      key,
                      found: `only channels inside of the cluster (${inside.join(", ")})`,
                      allowed: "one outside at least: the others end with the cluster",
                  },
              ]
            : [];
    return [...few, ...unsent, ...twice, ...within];
}

/** Everything that cannot be meant. */
export function routingFaults(own: RoutingSettings, site: SiteConfiguration): Fault[] {
    const key = "systems.alertRouting.deadMansSwitch";
    const watcher = own.deadMansSwitch?.server;
    const hours = own.workingHours;
    return [
        ...channelFaults(own, site),
        ...(watcher === undefined && site.profile === "prod"
            ? [
                  {
                      key,
                      found: "nothing",
                      allowed:
                          "a service outside of the cluster, so that somebody notices when no alert can be sent",
                  },
              ]
            : []),
        ...(watcher !== undefined && isInside(watcher, site)
            ? [
                  {
                      key: `${key}.server`,
                      found: `${watcher}, which is inside of the cluster`,
                      allowed:
                          "a service outside: one inside ends with the cluster and says nothing",
                  },
              ]
            : []),
        ...(hours !== undefined && hours.from >= hours.to
            ? [
                  {
                      key: "systems.alertRouting.workingHours.to",
                      found: hours.to,
                      allowed: `a time after ${hours.from}`,
                  },
              ]
            : []),
        ...silenceFaults(own),
    ];
}
