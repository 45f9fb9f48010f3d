package io.coxswain.agent.gpu;

final class FakeGpusTest extends GpusContract {
  @Override
  protected Gpus eightH200() {
    return new FakeGpus(Fleet.dgxH200("a"));
  }

  @Override
  protected Gpus eightH200WithNumber3Lost() {
    return new FakeGpus(Fleet.oneGpuLost("a"));
  }

  @Override
  protected Gpus noLibrary() {
    return new FakeGpus(Fleet.none());
  }
}
