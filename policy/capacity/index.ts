/** Criteria that compare what the stack asks for with what its machines have. */
export { quotaAdmits } from "./quota";
export { spareNode } from "./spare-node";
export { requestsMatchNodes } from "./utilization";
export { volumes } from "./volumes";
