package io.coxswain.agent.host;

import io.coxswain.agent.host.HostException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Accounts and processes in memory. */
public final class FakeUsers implements Users {
  private final Effects effects;
  private final Map<String, Account> accounts = new TreeMap<>();
  private final Map<Long, Integer> processes = new TreeMap<>();
  private java.util.function.Consumer<Account> makeHome = account -> {};
  private long nextProcess = 1000;

  FakeUsers(Effects effects) {
    this.effects = effects;
    add(new Account("root", 0, 0, "/root", "/bin/bash"));
  }

  void makeHomesBy(java.util.function.Consumer<Account> maker) {
    makeHome = maker;
  }

  /** An account that was there before us. */
  public void add(Account account) {
    accounts.put(account.name(), account);
  }

  /** Starts a process as the uid. */
  public long start(int uid) {
    processes.put(++nextProcess, uid);
    return nextProcess;
  }

  void endAll() {
    processes.clear();
  }

  public Map<String, Account> all() {
    return Map.copyOf(accounts);
  }

  @Override
  public Optional<Account> find(String name) {
    return Optional.ofNullable(accounts.get(name));
  }

  @Override
  public Optional<Account> findByUid(int uid) {
    return accounts.values().stream().filter(account -> account.uid() == uid).findFirst();
  }

  @Override
  public void create(Account account) {
    boolean conflicts =
        accounts.values().stream()
            .anyMatch(
                there -> (there.uid() == account.uid()) != there.name().equals(account.name()));
    if (conflicts) {
      throw new HostException(
          Reason.ACCOUNT_CONFLICT, "user " + account.name() + ": uid or name taken");
    }
    effects.around(
        "create user " + account.name(),
        () -> {
          accounts.putIfAbsent(account.name(), account);
          makeHome.accept(account);
        });
  }

  @Override
  public void remove(String name) {
    effects.around("remove user " + name, () -> accounts.remove(name));
  }

  @Override
  public List<Long> processes(int uid) {
    List<Long> found = new ArrayList<>();
    processes.forEach(
        (id, owner) -> {
          if (owner == uid) {
            found.add(id);
          }
        });
    return found;
  }

  @Override
  public void endProcesses(int uid) {
    effects.around(
        "end processes of " + uid, () -> processes.values().removeIf(owner -> owner == uid));
  }
}
