package io.coxswain.controller.store;

/** The store could not do it; nothing of the transaction was kept. */
public final class StoreException extends RuntimeException {
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  public StoreException(String message) {
    super(message);
  }
}
