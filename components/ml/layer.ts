import type { AnyDefinition } from "../base/definition";
import { mlDb } from "../data/ml-db";
import { needed, systemsOn, type WithIdentity } from "../house";
import { rookCeph } from "../storage/rook-ceph";
import { envoyGateway } from "../gateway/envoy-gateway";
import { authelia } from "../identity/authelia";
import { certManager } from "../security/cert-manager";
import { connect } from "../base/connection";
import { Airflow, airflow } from "./airflow";
import { Feast, feast } from "./feast";
import { JupyterHub, jupyterhub } from "./jupyterhub";
import { KServe, kserve } from "./kserve";
import { Kubeflow } from "./kubeflow";
import { kubeflow } from "./kubeflow-definition";
import { Mlflow, mlflow } from "./mlflow";

/** Whoever trains, tracks and serves models. */
export function deployMl<House extends WithIdentity>(house: House): House {
    const on = systemsOn(house);
    const { inside, urls, gateway, guards } = house;
    /** What a system with a page of its own for people who sign on is built with. */
    const forPeople = (who: AnyDefinition) => ({
        server: needed(house.modelDatabases, { who, what: mlDb }),
        storage: needed(house.storage, { who, what: rookCeph }),
        gateway: needed(gateway, { who, what: envoyGateway }),
        guards: needed(guards, { who, what: authelia }),
        provider: needed(house.signOnProvider, { who, what: authelia }),
    });
    const tracking = on(mlflow, (context) => {
        const who = mlflow;
        return new Mlflow(
            {
                ...context,
                server: needed(house.modelDatabases, { who, what: mlDb }),
                storage: needed(house.storage, { who, what: rookCeph }),
                gateway,
                guards,
            },
            inside,
        );
    });
    on(kserve, (context) => {
        const who = kserve;
        const { manager, issuers } = needed(house.certificates, { who, what: certManager });
        const certificates = [...manager.ready, issuers.internal];
        return new KServe({ ...context, certificates }, inside);
    });
    const pipelinesOfKubeflow = on(kubeflow, (context) => {
        const who = kubeflow;
        const { manager, issuers } = needed(house.certificates, { who, what: certManager });
        const certificates = [...manager.ready, issuers.internal];
        const storage = needed(house.storage, { who, what: rookCeph });
        return new Kubeflow({ ...context, certificates, storage, gateway, guards }, inside);
    });
    const notebooks = on(
        jupyterhub,
        (context) => new JupyterHub({ ...context, ...forPeople(jupyterhub), tracking }, inside),
    );
    const features = on(
        feast,
        (context) =>
            new Feast(
                {
                    ...context,
                    server: needed(house.modelDatabases, { who: feast, what: mlDb }),
                },
                inside,
            ),
    );
    const pipelines = on(
        airflow,
        (context) => new Airflow({ ...context, ...forPeople(airflow), tracking }, inside),
    );
    if (notebooks !== undefined && features !== undefined) {
        connect("notebooks-feast", { from: notebooks.notebooks, to: features.endpoint });
    }
    if (notebooks !== undefined && pipelinesOfKubeflow !== undefined) {
        connect("notebooks-kubeflow", { from: notebooks.notebooks, to: pipelinesOfKubeflow.api });
    }
    return {
        ...house,
        urls: {
            ...urls,
            ...(tracking?.url === undefined ? {} : { mlflow: tracking.url }),
            ...(notebooks === undefined ? {} : { jupyterhub: notebooks.url }),
            ...(pipelines === undefined ? {} : { airflow: pipelines.url }),
            ...(pipelinesOfKubeflow?.url === undefined
                ? {}
                : { kubeflow: pipelinesOfKubeflow.url }),
        },
    };
}
