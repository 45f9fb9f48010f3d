import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Lays out one package's files under {@code target/deb/root}, ready for jdeb. Run by Maven with a JDK's {@code java}.
 *
 * <p>In go a module's class path and its {@code src/main/deb}; out come a Java runtime of its own, jars without what
 * other platforms need, the launchers, and a class archive for each arguments file, made by that runtime with those
 * flags.
 *
 * <ul>
 *   <li>The JVM refuses an archive whose jars differ in name, order, size or time, or whose flags differ. Hence every
 *       file carries one time, here and in the .deb, and flags stand in the arguments files alone. Only what all paths begin
 *       with may differ: that is what lets an archive made under target/ serve under /usr/lib.
 *   <li>Signed jars and class files older than Java 6 cannot be archived. Hence signatures are taken off (nothing here
 *       needs them) and picocli is compiled again.
 * </ul>
 */
final class Stage {
  private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
  private static final Pattern NATIVE = Pattern.compile(".*\\.(so|dll|dylib|jnilib|a)");
  private static final Pattern OURS =
      Pattern.compile("(META-INF/native/.*x86_64|com/sun/jna/linux-x86-64/.*|org/sqlite/native/Linux/x86_64/.*)\\.so");
  private static final Pattern PLACEHOLDER = Pattern.compile("@CLASSPATH(?::([^@]*))?@");
  private static final Pattern ARCHIVE = Pattern.compile("-XX:SharedArchiveFile=(\\S+)");

  private static final Set<String> PROVIDERS = Set.of("SUN", "SunRsaSign", "SunEC", "SunJSSE", "SunJCE");

  private final Map<String, String> options;
  private final Path source;
  private final Path work;
  private final Path root;
  private final String home;
  private final Instant time;
  private final List<Path> jars = new ArrayList<>();

  private Stage(Map<String, String> options) {
    this.options = options;
    source = Path.of(option("source"));
    work = Path.of(option("work")).toAbsolutePath();
    root = work.resolve("root");
    home = "/usr/lib/coxswain/" + option("name");
    time = Instant.parse(option("time"));
  }

  /** Options are {@code key=value}. */
  public static void main(String... args) throws Exception {
    if (!System.getProperty("os.name").equals("Linux") || !System.getProperty("os.arch").equals("amd64")) {
      throw new IllegalStateException(
          "this machine: " + System.getProperty("os.arch") + " (expected: Linux on amd64, the packages' architecture)");
    }
    new Stage(Arrays.stream(args).map(arg -> arg.split("=", 2)).collect(Collectors.toMap(p -> p[0], p -> p[1]))).run();
  }

  private void run() throws Exception {
    delete(root);
    delete(work.resolve("train"));
    runtime();
    for (String jar : Files.readString(Path.of(option("classpath"))).strip().split(":")) {
      add(Path.of(jar));
    }
    add(Path.of(option("jar")));
    copyTree(source.resolve("root"), root);
    natives();
    documents();
    launchers();
    setTimes();
    train();
    completions();
    setTimes();
    verify();
  }

  private void runtime() throws IOException {
    Path made = work.resolve("runtime-" + Integer.toHexString((option("modules") + Runtime.version()).hashCode()));
    if (!Files.exists(made.resolve("release"))) {
      delete(made);
      tool("jlink", "--add-modules", option("modules"), "--strip-debug", "--no-header-files", "--no-man-pages",
          "--compress", "zip-6", "--output", made.toString());
    }
    Path target = home().resolve("runtime");
    copyTree(made, target);
    // Lists of classes for the JDK's own archive, which ours replaces, and a tool for key stores.
    delete(target.resolve("lib/classlist"));
    delete(target.resolve("bin/keytool"));
    listProviders(target.resolve("conf/security/java.security"));
  }

  /** Programs in C, for what has no time to wait for a JVM. */
  private void natives() throws Exception {
    Path sources = source.resolveSibling("native");
    if (!Files.isDirectory(sources)) {
      return;
    }
    try (Stream<Path> programs = Files.list(sources)) {
      for (Path program : programs.filter(p -> p.toString().endsWith(".c")).sorted().toList()) {
        String name = program.getFileName().toString().replaceFirst("\\.c$", "");
        command(work, "gcc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror", "-D_FORTIFY_SOURCE=2",
            "-fstack-protector-strong", "-fPIE", "-pie", "-s", "-Wl,-z,relro,-z,now,--build-id=none",
            "-o", Files.createDirectories(home().resolve("bin")).resolve(name).toString(), program.toAbsolutePath().toString());
      }
    }
  }

  /** A provider of a module that was left out is looked for in every jar, and all that are there are made. */
  private static void listProviders(Path file) throws IOException {
    var lines = new ArrayList<String>();
    int count = 0;
    for (String line : Files.readAllLines(file)) {
      if (!line.startsWith("security.provider.")) {
        lines.add(line);
      } else if (PROVIDERS.contains(line.split("=")[1])) {
        lines.add("security.provider." + ++count + "=" + line.split("=")[1]);
      }
    }
    Files.write(file, lines);
  }

  private void add(Path jar) throws IOException {
    Path target = home().resolve("lib").resolve(jar.getFileName());
    Files.createDirectories(target.getParent());
    if (jar.getFileName().toString().startsWith("picocli-")) {
      recompile(Path.of(option("picocli")), target);
    } else if (holdsNativesOrSignatures(jar)) {
      rewrite(jar, target);
    } else {
      Files.copy(jar, target);
    }
    jars.add(target);
  }

  private static boolean holdsNativesOrSignatures(Path jar) throws IOException {
    try (var zip = new ZipFile(jar.toFile())) {
      return zip.stream().map(ZipEntry::getName).anyMatch(n -> NATIVE.matcher(n).matches() || SIGNATURE.matcher(n).matches());
    }
  }

  /** Compiles a jar of sources for this JDK. */
  private void recompile(Path sources, Path target) throws IOException {
    Path made = work.resolve("picocli-" + Integer.toHexString((sources.getFileName().toString() + Runtime.version()).hashCode()) + ".jar");
    if (!Files.exists(made)) {
      Path unpacked = work.resolve("picocli");
      delete(unpacked);
      List<String> arguments = new ArrayList<>(List.of("-nowarn", "-Xlint:none", "-proc:none", "-encoding", "UTF-8"));
      arguments.addAll(List.of("--release", Integer.toString(Runtime.version().feature()), "-d", unpacked + "/classes"));
      arguments.addAll(unpack(sources, unpacked));
      tool("javac", arguments.toArray(String[]::new));
      tool("jar", "--create", "--date=" + time, "--file", made.toString(), "-C", unpacked + "/classes", ".");
    }
    Files.copy(made, target);
  }

  private static List<String> unpack(Path sources, Path to) throws IOException {
    var files = new ArrayList<String>();
    try (var in = new ZipInputStream(Files.newInputStream(sources))) {
      for (ZipEntry entry; (entry = in.getNextEntry()) != null; ) {
        if (entry.getName().endsWith(".java") && !entry.getName().endsWith("-info.java")) {
          Path file = to.resolve(entry.getName());
          Files.createDirectories(file.getParent());
          Files.copy(in, file);
          files.add(file.toString());
        }
      }
    }
    return files;
  }

  /** Copies a jar without signatures and natives; this platform's natives go to files of their own, so nothing unpacks at run time. */
  private void rewrite(Path jar, Path target) throws IOException {
    try (var in = new ZipInputStream(Files.newInputStream(jar));
        var out = new ZipOutputStream(Files.newOutputStream(target))) {
      for (ZipEntry entry; (entry = in.getNextEntry()) != null; ) {
        String name = entry.getName();
        if (OURS.matcher(name).matches()) {
          Path file = home().resolve("native").resolve(Path.of(name).getFileName());
          Files.createDirectories(file.getParent());
          Files.copy(in, file);
        } else if (!SIGNATURE.matcher(name).matches() && !NATIVE.matcher(name).matches() && !entry.isDirectory()) {
          var copy = new ZipEntry(name);
          copy.setTimeLocal(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
          out.putNextEntry(copy);
          if (name.equals("META-INF/MANIFEST.MF")) {
            // Below the first empty line stand digests, parsed at every start.
            out.write(new String(in.readAllBytes(), UTF_8).split("(?<=\n)\r?\n", 2)[0].getBytes(UTF_8));
          } else {
            in.transferTo(out);
          }
        }
      }
    }
  }

  private void documents() throws Exception {
    Path documents = root.resolve("usr/share/doc").resolve(option("package"));
    Files.createDirectories(documents);
    Files.copy(Path.of(option("shared"), "copyright"), documents.resolve("copyright"));
    gzip(source.resolve("changelog"), documents.resolve("changelog.gz"));
    if (Files.exists(Path.of(option("bom")))) {
      gzip(Path.of(option("bom")), documents.resolve("sbom.cdx.json.gz"));
    } else {
      System.err.println(option("bom") + ": absent, the package goes without (its maker does nothing under mvn --offline)");
    }
    try (Stream<Path> pages = Files.list(source)) {
      for (Path page : pages.filter(p -> p.toString().matches(".*\\.[1-8]")).sorted().toList()) {
        String name = page.getFileName().toString();
        gzip(page, root.resolve("usr/share/man/man" + name.charAt(name.length() - 1)).resolve(name + ".gz"));
      }
    }
  }

  /** Fills in the class path: all jars, or the artifacts listed. */
  private void launchers() throws IOException {
    for (String name : argumentFiles()) {
      Path arguments = home().resolve(name + ".args");
      String text = PLACEHOLDER.matcher(Files.readString(arguments)).replaceAll(match -> classPath(match.group(1)));
      Files.writeString(arguments, text);
    }
    for (String name : launcherNames()) {
      executable(root.resolve("usr/bin").resolve(name));
    }
  }

  private String classPath(String artifacts) {
    Stream<Path> chosen = artifacts == null ? jars.stream() : Arrays.stream(artifacts.split(",")).map(this::jar);
    return chosen.map(jar -> home + "/lib/" + jar.getFileName()).collect(Collectors.joining(":"));
  }

  private Path jar(String artifact) {
    Pattern name = Pattern.compile(Pattern.quote(artifact) + "-\\d.*\\.jar");
    return jars.stream()
        .filter(jar -> name.matcher(jar.getFileName().toString()).matches())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(artifact + ": not among " + jars + " (expected: a launcher's class path names artifacts)"));
  }

  /** Runs the module's training with JVMs that write down which classes they load, then makes the archives. */
  private void train() throws Exception {
    Path train = Files.createDirectories(work.resolve("train"));
    for (String name : argumentFiles()) {
      String more = "-XX:DumpLoadedClassList=" + train + "/" + name + ".%p.classes";
      Files.writeString(train.resolve(name + ".args"), inTraining(ARCHIVE.matcher(arguments(name)).replaceAll("")) + more + "\n");
    }
    for (String name : launcherNames()) {
      String launcher = Files.readString(root.resolve("usr/bin").resolve(name)).replaceFirst("setpriv .*? -- ", "");
      executable(Files.writeString(train.resolve(name), inTraining(launcher)));
    }
    command(train, source.resolve("train").toAbsolutePath().toString());
    for (String name : argumentFiles()) {
      archive(name, train);
    }
  }

  private void archive(String name, Path train) throws Exception {
    var classes = new LinkedHashSet<String>();
    try (Stream<Path> lists = Files.list(train)) {
      for (Path list : lists.filter(p -> p.getFileName().toString().matches(name + "\\.pid\\d+\\.classes")).sorted().toList()) {
        // Numbers are of one run only; with a superclass's number come classes of loaders that a library made for itself.
        Files.readAllLines(list).stream()
            .filter(line -> !line.contains(" super: "))
            .forEach(line -> classes.add(line.replaceFirst(" id: \\d+$", "")));
      }
    }
    if (classes.isEmpty()) {
      throw new IllegalStateException("training of " + name + ": no class was loaded (expected: src/main/deb/train runs it)");
    }
    Path list = Files.write(train.resolve(name + ".classes"), classes);
    java(name, arguments(name), "-Xshare:dump", "-XX:+AOTClassLinking", "-XX:SharedClassListFile=" + list, "-Xlog:disable", "-Xlog:all=error:stderr");
  }

  /** An archive that is refused costs only time, silently. Hence this look. */
  private void verify() throws Exception {
    for (String name : argumentFiles()) {
      java(name, arguments(name).replace("-Xlog:disable", ""), "-Xshare:on", "--version");
    }
  }

  /** Runs the staged JVM with these arguments from a file and more on its command line. */
  private void java(String name, String arguments, String... more) throws Exception {
    Path list = Files.writeString(work.resolve("train").resolve(name + ".last.args"), staged(arguments));
    var command = new ArrayList<>(List.of("env", "-u", "JAVA_TOOL_OPTIONS", "-u", "JDK_JAVA_OPTIONS", "-u", "_JAVA_OPTIONS"));
    command.addAll(List.of(home().resolve("runtime/bin/java").toString(), "@" + list));
    command.addAll(List.of(more));
    command(work, command.toArray(String[]::new));
  }

  private String arguments(String name) throws IOException {
    return Files.readString(home().resolve(name + ".args"));
  }

  private String staged(String text) {
    return text.replace("/usr/lib/coxswain/", root + "/usr/lib/coxswain/");
  }

  /** Staged, and with the arguments files of the training in place of the package's. */
  private String inTraining(String text) {
    return staged(text).replaceAll(Pattern.quote(home().toString()) + "/([a-z-]+\\.args)", work.resolve("train") + "/$1");
  }

  /** One for each kind of JVM; each has an archive of its own. */
  private List<String> argumentFiles() throws IOException {
    try (Stream<Path> files = Files.list(home())) {
      return files.map(file -> file.getFileName().toString()).filter(n -> n.endsWith(".args")).map(n -> n.replace(".args", "")).sorted().toList();
    }
  }

  private List<String> launcherNames() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("usr/bin"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private void completions() throws Exception {
    for (String line : option("completions").split(",")) {
      if (!line.isEmpty()) {
        String[] parts = line.split(":");
        Path target = root.resolve(parts[2]);
        Files.createDirectories(target.getParent());
        command(work, "sh", "-c", work.resolve("train").resolve(parts[0]) + " completion " + parts[1] + " | sed '1{/^#!/d}' > " + target);
      }
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(f -> !Files.isDirectory(f, LinkOption.NOFOLLOW_LINKS)).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private void setTimes() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(p -> !Files.isSymbolicLink(p)).toList()) {
        Files.setLastModifiedTime(file, FileTime.from(time));
      }
    }
  }

  private void gzip(Path from, Path to) throws Exception {
    Files.createDirectories(to.getParent());
    // Not Java's: its header does not say how hard it has tried.
    command(work, "sh", "-c", "gzip -9n < '" + from.toAbsolutePath() + "' > '" + to + "'");
  }

  private static void tool(String name, String... arguments) {
    int status = ToolProvider.findFirst(name).orElseThrow().run(System.out, System.err, arguments);
    if (status != 0) {
      throw new IllegalStateException(name + ": exit status " + status + " (expected: 0)");
    }
  }

  private static void command(Path directory, String... command) throws Exception {
    int status = new ProcessBuilder(command).directory(directory.toFile()).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": exit status " + status + " (expected: 0)");
    }
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void delete(Path path) {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + path, e);
    }
  }

  private Path home() {
    return root.resolve(home.substring(1));
  }

  private String option(String name) {
    String value = options.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + ": missing (expected: " + name + "=...)");
    }
    return value;
  }
}
