using LabelStudio.Benchmarks.Cases;
using LabelStudio.Benchmarks.Frame;

IBenchmarkCase[] cases =
[
    new EmbedCase(),
    new LiveHeadCase(),
    new LabelOrderCase(),
    new LabelErrorsCase(),
    new QueueCase(),
    new LabelLatencyCase(),
    new KeyToPaintCase(),
    new BrowsersCase(),
    new FineTuneCase(),
    new IncrementCase(),
    new CombinationsCase(),
    new CancelCase(),
    new CalibrationCase(),
    new ClassesCase(),
    new ClassFineTuneCase(),
    new AnnotatorsCase(),
    new GridCase(),
    new GridToPaintCase(),
    new LabelImportCase(),
];

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
return await BenchmarkProgram.RunAsync(cases, args, Console.Out, Console.Error, stop.Token);
