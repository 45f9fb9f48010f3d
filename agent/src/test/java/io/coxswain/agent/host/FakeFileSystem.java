package io.coxswain.agent.host;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Files.Kind;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What several machines see when they mount it at the same place. */
public final class FakeFileSystem {
  final boolean isLocal;
  final NavigableMap<String, Entry> entries = new TreeMap<>();

  public FakeFileSystem(boolean isLocal) {
    this.isLocal = isLocal;
  }

  /** A file, directory or link. */
  static final class Entry {
    final Kind kind;
    final byte[] content;
    final String target;
    final Access access;
    final long modifiedMillis;

    Entry(Kind kind, byte[] content, String target, Access access, long modifiedMillis) {
      this.kind = kind;
      this.content = content;
      this.target = target;
      this.access = access;
      this.modifiedMillis = modifiedMillis;
    }
  }
}
