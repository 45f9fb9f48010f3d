package io.coxswain.agent.driver;

import io.coxswain.agent.driver.KeptDriver.KeptFile;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Packages.Installed;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A {@link KeptDriver} as a text: a word and its values in each line, with tabs between. */
final class KeptText {
  private static final String HELD = "held";

  private KeptText() {}

  static List<String> lines(KeptDriver kept) {
    List<String> lines = new ArrayList<>();
    kept.ids().stream().sorted().forEach(id -> lines.add("id\t" + id));
    kept.packages().forEach(one -> lines.add("package\t" + installed(one)));
    kept.others().forEach(one -> lines.add("other\t" + installed(one)));
    kept.added().stream().sorted().forEach(name -> lines.add("added\t" + name));
    for (KeptFile file : kept.files()) {
      String access =
          file.access()
              .map(is -> Integer.toOctalString(is.mode()) + "\t" + is.owner() + "\t" + is.group())
              .orElse("absent");
      lines.add("file\t" + file.path() + "\t" + access);
    }
    return lines;
  }

  private static String installed(Installed one) {
    return one.name() + "\t" + one.version() + "\t" + (one.held() ? HELD : "free");
  }

  static KeptDriver parse(String name, List<String> lines) {
    Set<String> ids = new LinkedHashSet<>();
    List<Installed> packages = new ArrayList<>();
    List<Installed> others = new ArrayList<>();
    Set<String> added = new LinkedHashSet<>();
    List<KeptFile> files = new ArrayList<>();
    for (String line : lines) {
      List<String> fields = List.of(line.split("\t", -1));
      switch (fields.getFirst()) {
        case "id" -> ids.add(fields.get(1));
        case "package" -> packages.add(installed(fields));
        case "other" -> others.add(installed(fields));
        case "added" -> added.add(fields.get(1));
        case "file" -> files.add(file(fields));
        default ->
            throw new HostException(
                Reason.IO_ERROR,
                "kept driver %s: line '%s' (expected: one of this agent's version)"
                    .formatted(name, line));
      }
    }
    return new KeptDriver(name, ids, packages, others, added, files);
  }

  private static Installed installed(List<String> fields) {
    return new Installed(fields.get(1), fields.get(2), fields.get(3).equals(HELD));
  }

  private static KeptFile file(List<String> fields) {
    return new KeptFile(
        fields.get(1),
        fields.size() < 5
            ? Optional.empty()
            : Optional.of(
                new Access(Integer.parseInt(fields.get(2), 8), fields.get(3), fields.get(4))));
  }
}
