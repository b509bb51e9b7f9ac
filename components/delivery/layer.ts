import { redisOperator } from "../data/redis-operator";
import { platformDb } from "../data/platform-db";
import { gatewayApi } from "../foundation/gateway-api";
import { prometheusOperatorCrds } from "../foundation/prometheus-operator-crds";
import { needed, systemsOn, type WithIdentity } from "../house";
import { envoyGateway } from "../gateway/envoy-gateway";
import { authelia } from "../identity/authelia";
import { certManager } from "../security/cert-manager";
import { rookCeph } from "../storage/rook-ceph";
import { ArgoCd, argoCd } from "./argo-cd";
import { ArgoRollouts, argoRollouts } from "./argo-rollouts";
import { Backstage, backstage } from "./backstage";
import { CanaryDemo, canaryDemo } from "./canary-demo";
import { Tekton, tekton } from "./tekton";

/** How what teams write becomes what runs. */
export function deployDelivery<House extends WithIdentity>(house: House): House {
    const on = systemsOn(house);
    const { inside, urls } = house;
    const applications = on(argoCd, (context) => {
        const who = argoCd;
        return new ArgoCd(
            {
                ...context,
                gateway: needed(house.gateway, { who, what: envoyGateway }),
                guards: needed(house.guards, { who, what: authelia }),
                provider: needed(house.signOnProvider, { who, what: authelia }),
                redis: needed(house.redis, { who, what: redisOperator }),
                storage: needed(house.storage, { who, what: rookCeph }),
                authority: needed(house.certificates, { who, what: certManager }).issuers.internal,
            },
            inside,
        );
    });
    const rollouts = on(argoRollouts, (context) => {
        const who = argoRollouts;
        const crds = needed(house.gatewayApi, { who, what: gatewayApi });
        const collector = needed(house.collector, { who, what: prometheusOperatorCrds });
        return new ArgoRollouts({ ...context, gatewayApi: crds, collector }, inside);
    });
    const canary = on(canaryDemo, (context) => {
        const who = canaryDemo;
        return new CanaryDemo(
            {
                ...context,
                gateway: needed(house.gateway, { who, what: envoyGateway }),
                guards: needed(house.guards, { who, what: authelia }),
                rollouts: needed(rollouts, { who, what: argoRollouts }),
            },
            inside,
        );
    });
    const builds = on(tekton, (context) => {
        const who = tekton;
        return new Tekton(
            {
                ...context,
                gateway: needed(house.gateway, { who, what: envoyGateway }),
                guards: needed(house.guards, { who, what: authelia }),
                storage: needed(house.storage, { who, what: rookCeph }),
            },
            inside,
        );
    });
    const portal = on(backstage, (context) => {
        const who = backstage;
        return new Backstage(
            {
                ...context,
                server: needed(house.platformDatabases, { who, what: platformDb }),
                gateway: needed(house.gateway, { who, what: envoyGateway }),
                guards: needed(house.guards, { who, what: authelia }),
                provider: needed(house.signOnProvider, { who, what: authelia }),
                definitions: house.settings.definitions(),
            },
            inside,
        );
    });
    return {
        ...house,
        ...(builds === undefined ? {} : { imageScans: builds.scans }),
        ...(applications === undefined ? {} : { delivering: applications.ready }),
        urls: {
            ...urls,
            ...(applications === undefined ? {} : { argoCd: applications.url }),
            ...(canary === undefined ? {} : { canaryDemo: canary.url }),
            ...(builds === undefined ? {} : { tekton: builds.url }),
            ...(portal === undefined ? {} : { backstage: portal.url }),
        },
    };
}
