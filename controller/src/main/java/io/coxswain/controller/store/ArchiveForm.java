package io.coxswain.controller.store;

import io.coxswain.controller.spec.ImageFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What kind of image a tar file holds, by the names in it. Only headers are read (POSIX ustar;
 * sizes also in GNU's base-256); nothing is unpacked here.
 */
final class ArchiveForm {
  private static final int BLOCK = 512;
  private static final int NAME = 100;
  private static final int SIZE = 124;
  private static final int SIZE_LENGTH = 12;
  private static final int MAGIC = 257;
  // A layout of a thousand layers has fewer; a file of headers alone must not keep us for ever.
  private static final int MOST_ENTRIES = 100_000;

  private ArchiveForm() {}

  /** Empty when it is no archive of an image. */
  static Optional<ImageFormat> of(SeekableByteChannel file) throws IOException {
    Set<String> names = names(file);
    if (names.contains("oci-layout") && names.contains("index.json")) {
      return Optional.of(ImageFormat.OCI_ARCHIVE);
    }
    return names.contains("manifest.json")
        ? Optional.of(ImageFormat.DOCKER_ARCHIVE)
        : Optional.empty();
  }

  private static Set<String> names(SeekableByteChannel file) throws IOException {
    Set<String> names = new HashSet<>();
    long at = 0;
    for (int i = 0; i < MOST_ENTRIES && at + BLOCK <= file.size(); i++) {
      ByteBuffer header = ByteBuffer.allocate(BLOCK);
      file.position(at);
      while (header.hasRemaining() && file.read(header) >= 0) {
        // Until the block is full or the file ends.
      }
      byte[] block = header.array();
      if (block[0] == 0 || !text(block, MAGIC, 5).equals("ustar")) {
        break;
      }
      String name = text(block, 0, NAME);
      names.add(name.startsWith("./") ? name.substring(2) : name);
      long size = size(block);
      if (size < 0 || size > file.size()) {
        break;
      }
      at += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
    }
    return names;
  }

  private static String text(byte[] block, int from, int length) {
    int end = from;
    while (end < from + length && block[end] != 0) {
      end++;
    }
    return new String(block, from, end - from, StandardCharsets.UTF_8);
  }

  private static long size(byte[] block) {
    if ((block[SIZE] & 0x80) != 0) {
      long size = 0;
      for (int i = SIZE + 4; i < SIZE + SIZE_LENGTH; i++) {
        size = size << 8 | (block[i] & 0xff);
      }
      return size;
    }
    try {
      String digits = text(block, SIZE, SIZE_LENGTH).strip();
      return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
