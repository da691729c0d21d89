/** Asks the test for what an authenticator and a client's key do. */
export type Ask = (question: object) => Promise<any>;
