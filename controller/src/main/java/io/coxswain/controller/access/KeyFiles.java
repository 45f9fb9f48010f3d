package io.coxswain.controller.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Keys (0600) and certificates (0644) as PEM files of one directory. A file is whole or absent. */
final class KeyFiles {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
  private static final Base64.Encoder MIME = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private final Path directory;

  KeyFiles(Path directory) {
    this.directory = directory;
  }

  static KeyPair newKeyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  boolean exists(String name) {
    return Files.exists(directory.resolve(name));
  }

  void writeKey(String name, PrivateKey key) throws IOException {
    write(
        name,
        "-----BEGIN PRIVATE KEY-----\n"
            + MIME.encodeToString(key.getEncoded())
            + "\n-----END PRIVATE KEY-----\n",
        "rw-------");
  }

  void writeCertificates(String name, List<X509Certificate> certificates)
      throws IOException, GeneralSecurityException {
    StringBuilder text = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      text.append("-----BEGIN CERTIFICATE-----\n")
          .append(MIME.encodeToString(certificate.getEncoded()))
          .append("\n-----END CERTIFICATE-----\n");
    }
    write(name, text.toString(), "rw-r--r--");
  }

  PrivateKey readKey(String name) throws IOException, GeneralSecurityException {
    Path file = directory.resolve(name);
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    boolean isOpen =
        permissions.contains(PosixFilePermission.GROUP_READ)
            || permissions.contains(PosixFilePermission.OTHERS_READ);
    if (isOpen) {
      throw new IOException(
          file
              + ": mode "
              + PosixFilePermissions.toString(permissions)
              + " (expected: rw-------; it may have been read by others)");
    }
    String text = Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
    byte[] der = Base64.getMimeDecoder().decode(text);
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  X509Certificate readCertificate(String name) throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(directory.resolve(name))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private void write(String name, String text, String mode) throws IOException {
    Path part = directory.resolve(name + ".part");
    Files.deleteIfExists(part);
    Files.createFile(
        part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
    Files.write(
        part,
        text.getBytes(StandardCharsets.US_ASCII),
        StandardOpenOption.WRITE,
        StandardOpenOption.SYNC);
    Files.setPosixFilePermissions(part, PosixFilePermissions.fromString(mode));
    Files.move(
        part,
        directory.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  static String fingerprint(X509Certificate certificate) {
    try {
      return "sha256:"
          + HexFormat.of()
              .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("certificate: " + e.getMessage(), e);
    }
  }

  static boolean isAddress(String name) {
    return ADDRESS.matcher(name).matches();
  }

  /** DNS names and addresses that the certificate is for. */
  static Set<String> names(X509Certificate certificate) throws CertificateParsingException {
    Set<String> names = new TreeSet<>();
    Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives != null) {
      alternatives.forEach(alternative -> names.add(String.valueOf(alternative.get(1))));
    }
    return names;
  }
}
