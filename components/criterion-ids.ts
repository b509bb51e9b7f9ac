/**
 * Ids of the criteria that the policy pack judges, so that an exception for one that it does not
 * know is told before anything is judged. The pack is not loaded by the program, and does not read
 * what it judges; a test keeps the list equal to its criteria.
 */
export const criterionIds: readonly string[] = [
    ...["IAC-01", "IAC-02", "IAC-03", "IAC-04", "IAC-05", "IAC-06"],
    ...["HA-01", "HA-02", "HA-03", "HA-04", "HA-05", "HA-06", "HA-07", "HA-08", "HA-09", "HA-10"],
    ...["HA-11", "HA-12", "HA-13", "HA-14", "HA-15", "HA-16"],
    ...["DR-01", "DR-02", "DR-03", "DR-04", "DR-05", "DR-06", "DR-07", "DR-08", "DR-09", "DR-10"],
    ...["OBS-01", "OBS-02", "OBS-03", "OBS-04", "OBS-05", "OBS-06", "OBS-07", "OBS-08", "OBS-09"],
    ...["OBS-10", "OBS-11"],
    ...["SEC-01", "SEC-02", "SEC-03", "SEC-04", "SEC-05", "SEC-06", "SEC-07", "SEC-08", "SEC-09"],
    ...["SEC-10", "SEC-11", "SEC-12", "SEC-13", "SEC-14", "SEC-15"],
    ...["CI-01", "CI-02", "CI-04"],
    ...["TEN-01", "TEN-02", "TEN-03", "TEN-04"],
    ...["CMP-01", "CMP-02", "CMP-03", "CMP-04", "CMP-05"],
    ...["COST-01", "COST-02", "COST-03", "COST-04"],
    ...["DOC-01", "DOC-02", "DOC-03", "DOC-04"],
];
