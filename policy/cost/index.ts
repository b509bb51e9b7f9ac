/** Category COST: cost. */
export { budget } from "./budget";
export { prices } from "./prices";
export { rightSizing } from "./right-sizing";
