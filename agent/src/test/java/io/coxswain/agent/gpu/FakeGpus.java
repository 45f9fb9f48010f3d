package io.coxswain.agent.gpu;

import io.coxswain.agent.report.GpuInventory;
import io.coxswain.agent.report.GpuSamples;
import io.coxswain.agent.report.Reading;

/** GPUs that are whatever the test says. */
public final class FakeGpus implements Gpus {
  private Reading<GpuInventory> reading;
  private Reading<GpuSamples> samples = new Reading.Unsupported<>("not sampled");
  private int asked;

  public FakeGpus(Reading<GpuInventory> reading) {
    this.reading = reading;
  }

  public void become(Reading<GpuInventory> next) {
    reading = next;
  }

  public void sample(Reading<GpuSamples> next) {
    samples = next;
  }

  /** How often the driver was asked. */
  public int asked() {
    return asked;
  }

  @Override
  public Reading<GpuInventory> inventory() {
    asked++;
    return reading;
  }

  @Override
  public Reading<GpuSamples> sample() {
    return samples;
  }
}
