using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LabelStudio.Web.Tests.Worker;

/// <summary>Keeps what the program logged, to be shown when a test waits in vain.</summary>
internal sealed class RecentLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }

    public override string ToString() => string.Join('\n', _lines.TakeLast(60));
}
