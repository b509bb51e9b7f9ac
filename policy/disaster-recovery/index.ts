/** Category DR: disaster recovery. */
import type { Criterion } from "../machinery/criterion";
import { storageClasses } from "./storage-classes";

export const disasterRecovery: readonly Criterion[] = [storageClasses];
