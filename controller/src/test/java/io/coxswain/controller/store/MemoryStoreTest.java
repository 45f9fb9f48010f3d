package io.coxswain.controller.store;

/** The fake keeps the contract. */
final class MemoryStoreTest extends StoreContract {
  @Override
  Store empty() {
    return new MemoryStore();
  }
}
