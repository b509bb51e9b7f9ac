/** The own pages of Prometheus and Alertmanager, which know nobody: whoever gets in may do all. */
import type * as pulumi from "@pulumi/pulumi";
import type { GuardedPage } from "../base/capabilities";
import type { Endpoint } from "../base/connection";
import type { PublicGateway } from "../gateway/public-gateway";
import { Route, type SignOn } from "../gateway/route";
import type { Site } from "../site";
import { RELEASE } from "./kube-prometheus-stack-values";

const forAdministrators = { guard: "second factor", groups: ["platform-admin"] } as const;

/** Both show everything, and one can silence alerts: for those who run the platform. */
export const prometheusPages = {
    prometheus: {
        what: "Prometheus: queries, targets that do not answer, rules as they are evaluated",
        host: "prometheus",
        ...forAdministrators,
    },
    alertmanager: {
        what: "Alertmanager: which alerts fire and where they go, and silences",
        host: "alertmanager",
        ...forAdministrators,
    },
} as const satisfies Readonly<Record<string, GuardedPage>>;

/** Where one of the pages is found. */
export function pageUrl(page: keyof typeof prometheusPages, { domain }: Pick<Site, "domain">) {
    return `https://${prometheusPages[page].host}.${domain}`;
}

/** Who opens the pages; undefined where nothing is reached from outside or nobody signs people on. */
export interface PrometheusPagesArgs {
    readonly site: Site;
    readonly gateway: PublicGateway;
    readonly guards: SignOn;
    /** What serves each page, in a namespace that is `routed`. */
    readonly served: Readonly<
        Record<keyof typeof prometheusPages, { readonly to: Endpoint; readonly port: number }>
    >;
}

/** Gives both their names, behind the second factor. */
export function openPrometheusPages(
    { site, gateway, guards, served }: PrometheusPagesArgs,
    opts: pulumi.ComponentResourceOptions,
): void {
    for (const name of ["prometheus", "alertmanager"] as const) {
        const page = prometheusPages[name];
        new Route(
            `${name}-page`,
            {
                site,
                gateway,
                host: `${page.host}.${site.domain}`,
                paths: ["/"],
                guard: { signOn: guards, page },
                service: `${RELEASE}-${name}`,
                ...served[name],
            },
            opts,
        );
    }
}
