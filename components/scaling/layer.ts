import { needed, systemsOn, type WithScaling, type WithServedData } from "../house";
import { certManager } from "../security/cert-manager";
import { Descheduler, descheduler } from "./descheduler";
import { Karpenter, karpenter } from "./karpenter";
import { Keda, keda } from "./keda";
import { NvidiaDevicePlugin, nvidiaDevicePlugin } from "./nvidia-device-plugin";

/** What scales and places the workloads of everybody else. */
export function deployScaling(house: WithServedData): WithScaling {
    const on = systemsOn(house);
    const { inside } = house;
    const scaler = on(keda, (context) => {
        const { manager } = needed(house.certificates, { who: keda, what: certManager });
        return new Keda({ ...context, certificates: manager.ready }, inside);
    });
    on(descheduler, (context) => new Descheduler(context, inside));
    on(karpenter, (context) => new Karpenter(context, inside));
    const gpus = on(nvidiaDevicePlugin, (context) => new NvidiaDevicePlugin(context, inside));
    return { ...house, scaler, gpuRuntime: gpus?.runtime };
}
