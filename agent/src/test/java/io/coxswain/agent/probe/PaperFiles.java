package io.coxswain.agent.probe;

import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.HostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files of a {@link PaperHost}: read only, and every change to one of them is a change of all
 * times.
 */
record PaperFiles(TreeMap<String, byte[]> texts, Map<String, String> links, long modified)
    implements Files {
  static UnsupportedOperationException refused() {
    return new UnsupportedOperationException("a probe changes nothing");
  }

  @Override
  public Optional<FileStat> stat(String path) {
    byte[] bytes = texts.get(path);
    if (bytes == null) {
      return list(path).isEmpty() ? Optional.empty() : Optional.of(stat(Kind.DIRECTORY, 0));
    }
    return Optional.of(stat(links.containsKey(path) ? Kind.LINK : Kind.FILE, bytes.length));
  }

  private FileStat stat(Kind kind, long size) {
    return new FileStat(kind, 0755, "root", "root", size, modified);
  }

  @Override
  public byte[] read(String path) {
    byte[] bytes = texts.get(path);
    if (bytes == null) {
      throw new HostException(HostException.Reason.IO_ERROR, "read " + path + ": no such file");
    }
    return bytes;
  }

  @Override
  public String readLink(String path) {
    return links.getOrDefault(path, "");
  }

  @Override
  public List<String> list(String directory) {
    String prefix = directory + "/";
    return texts.tailMap(prefix).keySet().stream()
        .takeWhile(path -> path.startsWith(prefix))
        .map(path -> path.substring(prefix.length()).replaceFirst("/.*", ""))
        .distinct()
        .toList();
  }

  @Override
  public boolean isOnOtherMount(String path) {
    return false;
  }

  @Override
  public boolean isLocal(String path) {
    return true;
  }

  @Override
  public void write(String path, byte[] content, Access access) {
    throw refused();
  }

  @Override
  public void createDirectory(String path, Access access) {
    throw refused();
  }

  @Override
  public void link(String path, String target) {
    throw refused();
  }

  @Override
  public void delete(String path) {
    throw refused();
  }

  @Override
  public void deleteTree(String path) {
    throw refused();
  }
}
