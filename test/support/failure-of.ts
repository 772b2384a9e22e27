import { XepaError } from '../../core/errors.ts';

/** The error that a promise ends with. @throws when it does not fail, or with something that is not ours */
export async function failureOf(promise: Promise<unknown>): Promise<XepaError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof XepaError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
