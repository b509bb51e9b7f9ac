import { systemsOn, type WithData, type WithStorage } from "../house";
import { CloudnativePg, cloudnativePg } from "./cloudnative-pg";
import { RedisOperator, redisOperator } from "./redis-operator";

/** Databases and queues, for whoever needs one. */
export function deployData(house: WithStorage): WithData {
    const on = systemsOn(house);
    const { inside } = house;
    return {
        ...house,
        postgres: on(cloudnativePg, (context) => new CloudnativePg(context, inside)),
        redis: on(redisOperator, (context) => new RedisOperator(context, inside)),
    };
}
