package io.coxswain.controller.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Kinds of file systems, with what each needs to be mounted. Options are a list of what is allowed:
 * some that mount helpers know run programs or write files as root.
 */
public enum VolumeType {
  /** nfs(5). Soft: a server that is gone gives errors after a minute or so, in place of hanging. */
  NFS(
      "nfs",
      "mount.nfs nfs-common",
      Sources.HOST + ":" + Sources.PATH,
      "SERVER:/EXPORT",
      "soft,timeo=150,retrans=3;"
          + "soft,softerr,hard,vers=D,nfsvers=D,minorversion=N,proto=W,port=N,rsize=N,wsize=N,timeo=N,retrans=N,"
          + "nconnect=N,lock,nolock,ac,noac,actimeo=N,sec=W,lookupcache=W,mountport=N,mountproto=W,acl,noacl,"
          + "resvport,noresvport,local_lock=W,fsc,nofsc,cto,nocto"),
  /** mount.lustre(8). */
  LUSTRE(
      "lustre",
      "mount.lustre lustre-client-utils",
      "[A-Za-z0-9][A-Za-z0-9.-]*@[a-z0-9]+([,:][A-Za-z0-9][A-Za-z0-9.-]*@[a-z0-9]+)*:"
          + Sources.PATH,
      "MGS@tcp:/FSNAME",
      "flock;flock,localflock,noflock,user_xattr,nouser_xattr,lazystatfs,nolazystatfs,retry=N"),
  /** The source is the client's configuration; BeeGFS has no other. */
  BEEGFS(
      "beegfs",
      "mount.beegfs beegfs-client",
      "/etc/beegfs/[A-Za-z0-9][A-Za-z0-9._-]*\\.conf",
      "/etc/beegfs/NAME.conf",
      ";"),
  /** mount.ceph(8), by monitors or by name and fsid. */
  CEPHFS(
      "ceph",
      "mount.ceph ceph-common",
      "([A-Za-z0-9\\[][A-Za-z0-9.,:\\[\\]-]*:"
          + Sources.PATH
          + "|[A-Za-z0-9_.-]+@([0-9a-f-]{36})?\\.[A-Za-z0-9_-]+="
          + "(/|"
          + Sources.PATH
          + "))",
      "MON,MON:/PATH or USER@FSID.FSNAME=/PATH",
      "recover_session=clean,mount_timeout=15;"
          + "name=W,secretfile=P,fs=W,mds_namespace=W,mon_addr=H,recover_session=W,mount_timeout=N,ms_mode=W,"
          + "rasize=N,rsize=N,wsize=N,rbytes,norbytes,dirstat,nodirstat,wsync,nowsync,acl,noacl"),
  /** mount.glusterfs(8). */
  GLUSTERFS(
      "glusterfs",
      "mount.glusterfs glusterfs-client",
      Sources.HOST + ":/?[A-Za-z0-9][A-Za-z0-9_-]*(" + Sources.PATH + ")?",
      "SERVER:/VOLUME",
      ";backup-volfile-servers=H,acl,attribute-timeout=N,entry-timeout=N,direct-io-mode=W,transport=W,"
          + "log-level=W,background-qlen=N"),
  /** sshfs(1) with a key of root's; never asks, and says so when the server is gone. */
  SSHFS(
      "fuse.sshfs",
      "sshfs sshfs",
      "[a-z_][a-z0-9_-]{0,31}@" + Sources.HOST + ":" + Sources.PATH,
      "USER@SERVER:/PATH",
      "reconnect,BatchMode=yes,ConnectTimeout=10,ServerAliveInterval=5,ServerAliveCountMax=3,"
          + "allow_other,default_permissions;"
          + "reconnect,port=N,IdentityFile=P,UserKnownHostsFile=P,StrictHostKeyChecking=W,ConnectTimeout=N,"
          + "ServerAliveInterval=N,ServerAliveCountMax=N,allow_other,default_permissions,uid=N,gid=N,umask=N,"
          + "idmap=W,kernel_cache,auto_cache,compression=W"),
  /** Each machine's own disk: a device with a file system, or a directory that is made. */
  LOCAL(
      "",
      "",
      Sources.PATH,
      "/dev/DISK or a directory of each machine's own disk",
      ";discard,nodiscard,barrier,nobarrier,inode64,logbufs=N,prjquota,usrquota,grpquota,compress=W,subvol=P"),
  /** A directory that is there already on every machine: a file system that the site mounts. */
  BIND("none", "", Sources.PATH, "a directory that is on every machine", "bind;bind");

  /** What users of a node could use against it is left out, whoever wrote it there. */
  private static final String SAFE = "nosuid,nodev,nofail";

  private static final List<List<String>> OPPOSITES =
      List.of(List.of("soft", "softerr", "hard"), List.of("flock", "localflock", "noflock"));

  private final String fileSystem;
  private final String helper;
  private final Pattern source;
  private final String sourceForm;
  private final String options;

  VolumeType(String fileSystem, String helper, String source, String sourceForm, String options) {
    this.fileSystem = fileSystem;
    this.helper = helper;
    this.source = Pattern.compile(source);
    this.sourceForm = sourceForm;
    this.options = options;
  }

  /**
   * A program that mount(8) needs, and the Debian package that brings it.
   *
   * @param program empty: none
   */
  public record MountProgram(String program, String debianPackage) {
    static final MountProgram NONE = new MountProgram("", "");
  }

  /** As people type it: "nfs". */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public MountProgram helper() {
    int space = helper.indexOf(' ');
    return space < 0
        ? MountProgram.NONE
        : new MountProgram(helper.substring(0, space), helper.substring(space + 1));
  }

  public boolean isNetwork() {
    return this != LOCAL && this != BIND;
  }

  /** Whether all machines see the same files. */
  public boolean isShared() {
    return this != LOCAL;
  }

  /** As mount(8) has it for the source; empty: it finds out. */
  String fileSystem(String from) {
    return isDirectory(from) ? "none" : fileSystem;
  }

  /** What mount(8) is told to mount. */
  String what(String from) {
    return this == BEEGFS ? "beegfs_nodev" : from;
  }

  /** Whether a bind is made of it. */
  boolean isDirectory(String from) {
    return this == BIND || (this == LOCAL && !from.startsWith("/dev/"));
  }

  /** What was asked for, with what goes without saying before it. */
  List<String> options(String from, List<String> asked) {
    List<String> all = new ArrayList<>(words(options.substring(0, options.indexOf(';'))));
    all.removeIf(each -> asked.stream().anyMatch(other -> isAbout(each, other)));
    if (this == LOCAL && isDirectory(from)) {
      all.add("bind");
    }
    if (this == BEEGFS) {
      all.add("cfgFile=" + from);
    }
    all.addAll(words(SAFE));
    if (isNetwork()) {
      all.add("_netdev");
    }
    asked.stream().filter(each -> !all.contains(each)).forEach(all::add);
    return all;
  }

  void requireSource(String from) {
    if (from.length() > 255 || !source.matcher(from).matches()) {
      throw new InvalidSpecException(
          "source",
          "source: '"
              + InvalidSpecException.shown(from)
              + "' (expected for "
              + word()
              + ": "
              + sourceForm
              + ")");
    }
    if (!isNetwork() && !from.startsWith("/dev/")) {
      MountPath.requireFree("source", from);
    }
    if (this == BIND && from.startsWith("/dev/")) {
      throw new InvalidSpecException(
          "source", "source: '" + from + "' (expected for bind: " + sourceForm + ")");
    }
  }

  void requireOption(String option) {
    int equals = option.indexOf('=');
    String key = equals < 0 ? option : option.substring(0, equals);
    String value = equals < 0 ? "" : option.substring(equals + 1);
    Map<String, Pattern> known = allowed(options.substring(options.indexOf(';') + 1));
    Pattern form = known.get(key);
    if (form == null || !form.matcher(value).matches()) {
      throw new InvalidSpecException(
          "options",
          "option: '"
              + InvalidSpecException.shown(option)
              + "' (expected for "
              + word()
              + ": "
              + String.join(", ", known.keySet())
              + ", each with a plain value where it takes one)");
    }
  }

  private static boolean isAbout(String one, String other) {
    String key = key(one);
    return key.equals(key(other))
        || OPPOSITES.stream().anyMatch(each -> each.contains(key) && each.contains(key(other)));
  }

  private static String key(String option) {
    int equals = option.indexOf('=');
    return equals < 0 ? option : option.substring(0, equals);
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(",", -1));
  }

  private static Map<String, Pattern> allowed(String text) {
    Map<String, Pattern> allowed = new TreeMap<>();
    List<String> all = new ArrayList<>(words(text));
    // What all types take.
    all.addAll(
        List.of(
            "ro",
            "rw",
            "noatime",
            "atime",
            "relatime",
            "nodiratime",
            "noexec",
            "exec",
            "nosuid",
            "nodev",
            "sync",
            "async"));
    for (String word : all) {
      int equals = word.indexOf('=');
      String form = equals < 0 ? "" : Sources.value(word.charAt(equals + 1));
      allowed.put(equals < 0 ? word : word.substring(0, equals), Pattern.compile(form));
    }
    return allowed;
  }

  /** Forms that several types share. */
  private static final class Sources {
    static final String HOST = "([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9A-Fa-f:.]{2,45}\\])";
    static final String PATH = "(/[A-Za-z0-9_][A-Za-z0-9._-]*)+";

    private Sources() {}

    /** Of a value: N a number, D one with dots, W a word, H hosts, P a path. */
    static String value(char kind) {
      return switch (kind) {
        case 'N' -> "[0-9]{1,10}";
        case 'D' -> "[0-9](\\.[0-9])?";
        case 'W' -> "[A-Za-z0-9][A-Za-z0-9_-]{0,63}";
        case 'H' -> "[A-Za-z0-9][A-Za-z0-9.:/_-]{0,253}";
        case 'P' -> PATH;
        default -> throw new IllegalArgumentException("value: " + kind + " (expected: N D W H P)");
      };
    }
  }
}
