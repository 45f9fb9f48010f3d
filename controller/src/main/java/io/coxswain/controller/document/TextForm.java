package io.coxswain.controller.document;

import java.util.regex.Pattern;

/** What a text in a document must look like, for programs and in words for people. */
public interface TextForm {
  Pattern pattern();

  String expected();
}
