package io.coxswain.controller.api.metrics;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.AbstractHttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.coxswain.controller.api.caller.Scrapers;
import java.util.concurrent.CompletableFuture;

/** GET /metrics, for those whom {@link Scrapers} lets in. */
public final class MetricsService extends AbstractHttpService {
  private static final MediaType TEXT = MediaType.parse(Exposition.CONTENT_TYPE);

  private final Scrapers scrapers;
  private final SiteMetrics metrics;

  public MetricsService(Scrapers scrapers, SiteMetrics metrics) {
    this.scrapers = scrapers;
    this.metrics = metrics;
  }

  @Override
  protected HttpResponse doGet(ServiceRequestContext call, HttpRequest request) {
    String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
    return HttpResponse.of(
        CompletableFuture.supplyAsync(
            () -> answer(call, authorization), call.blockingTaskExecutor()));
  }

  private HttpResponse answer(ServiceRequestContext call, String authorization) {
    return switch (scrapers.look(call, authorization)) {
      case ADMITTED -> HttpResponse.of(HttpStatus.OK, TEXT, metrics.page());
      case WITHOUT_TOKEN ->
          HttpResponse.of(
              ResponseHeaders.builder(HttpStatus.UNAUTHORIZED)
                  .contentType(MediaType.PLAIN_TEXT_UTF_8)
                  .add(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer")
                  .build(),
              HttpData.ofUtf8(
                  "401: expected: the Unix socket, or Authorization: Bearer, with the word of"
                      + " metrics_token\n"));
      case TOKEN_UNUSABLE ->
          HttpResponse.of(
              HttpStatus.SERVICE_UNAVAILABLE,
              MediaType.PLAIN_TEXT_UTF_8,
              "503: metrics_token cannot be used; the controller's log says why\n");
    };
  }
}
