/** Criteria that compare what the stack asks for with what its machines have. */
export { quotaAdmits } from "./quota";
export { capacityOf } from "./stack";
export { standInPods } from "./stand-ins";
export { spareNode } from "./spare-node";
export { requestsMatchNodes } from "./utilization";
export { volumes } from "./volumes";
