/** `docs/routes.md`: what is reached by its name, and how. */
import { placeOf, whoMayOpen } from "../../preview/page-line";
import type { RouteMap, RouteRow } from "./route-map";

function cells({ service, limits, ...page }: RouteRow): string[] {
    const places = placeOf(page)
        .split(", ")
        .map((place) => `\`${place}\``);
    return [
        places.join(", "),
        whoMayOpen(page),
        `\`${service}\``,
        limits === undefined
            ? "TLS goes through as it is"
            : `${limits.requestsPerSecond}/s, ${limits.requestSize}, ${limits.timeout}`,
    ];
}

/** In words, from outside to inside. */
function wayOf({ hasTunnel, address, certificate }: RouteMap): string {
    const from = hasTunnel
        ? "From the internet by the Cloudflare tunnel, which ends at the proxies; from the house to"
        : "From the house to";
    const entry =
        address === undefined
            ? "an address of `network.loadBalancers`"
            : `the load balancer at \`${address}\``;
    const names = certificate.names.map((name) => `\`${name}\``).join(" and ");
    return (
        `${from} ${entry}; there the proxies of Envoy Gateway end TLS with the certificate for ` +
        `${names || "no name"} (issuer \`${certificate.issuer}\`), ask the login about guarded pages, ` +
        `hold the limits, and pass the request on to the Service.`
    );
}

/** Writes the document. */
export function routesMarkdown(map: RouteMap): string {
    const head = ["Where", "Who may open it", "Service", "At most"];
    const line = (row: readonly string[]) => `| ${row.join(" | ")} |`;
    return `${[
        "# Routes",
        `What is reached by its name in the ${map.stack} stack, by whom and how. Written by \`make routes\`; do not edit.`,
        "![From whoever asks to the Services](routes.svg)",
        wayOf(map),
        [
            line(head),
            line(head.map(() => "---")),
            ...map.routes.map((row) => line(cells(row))),
        ].join("\n"),
        "At most: requests a second at each proxy, the size of a request, and the time for an answer. Plain HTTP is only sent on to HTTPS. What is not in the list has no name, and no route opens what has no guard: the Gateway refuses it.",
    ].join("\n\n")}\n`;
}
