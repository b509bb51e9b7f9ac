/** Stands for libraries that the client of Kafka names and the demo never calls. */
export default {};
