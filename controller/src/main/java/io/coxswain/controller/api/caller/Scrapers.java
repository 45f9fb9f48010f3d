package io.coxswain.controller.api.caller;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.coxswain.controller.access.ScrapeToken;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may read the metrics: whoever may open the Unix socket, and from afar who brings the token.
 * An agent's certificate is for its own calls alone.
 */
public final class Scrapers {
  private static final Logger log = LoggerFactory.getLogger(Scrapers.class);
  private static final String BEARER = "Bearer ";

  private final Optional<ScrapeToken> token;

  /**
   * Those who bring the token.
   *
   * @param token empty: nobody from afar
   */
  public Scrapers(Optional<ScrapeToken> token) {
    this.token = token;
  }

  /** What becomes of a scrape. */
  public enum Look {
    ADMITTED,
    WITHOUT_TOKEN,
    TOKEN_UNUSABLE
  }

  /** Reads the token's file. */
  public Look look(ServiceRequestContext call, String authorization) {
    if (SocketPeer.of(call).isPresent()) {
      return Look.ADMITTED;
    }
    if (token.isEmpty() || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Look.WITHOUT_TOKEN;
    }
    try {
      return token.get().isSame(authorization.substring(BEARER.length()).strip())
          ? Look.ADMITTED
          : Look.WITHOUT_TOKEN;
    } catch (IllegalStateException e) {
      log.error("{}", e.getMessage());
      return Look.TOKEN_UNUSABLE;
    }
  }
}
