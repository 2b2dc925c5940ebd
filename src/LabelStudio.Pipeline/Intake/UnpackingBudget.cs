using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Intake;

/// <summary>How many bytes an archive may still unpack to; counted as they come, as headers may lie.</summary>
internal sealed class UnpackingBudget(long bytes)
{
    private long _left = bytes;

    public bool IsSpent => _left < 0;

    /// <summary>The stream, ending with an exception when the budget does; it owns the given one.</summary>
    public Stream Limit(Stream content) => new LimitedStream(content, this);

    private int Spend(int count)
    {
        _left -= count;
        return IsSpent
            ? throw new InvalidRequestException(
                "The archive unpacks to far more than its size, so the rest of it was not read. Make it again without other archives inside.")
            : count;
    }

    private sealed class LimitedStream(Stream content, UnpackingBudget budget) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => budget.Spend(content.Read(buffer, offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            budget.Spend(await content.ReadAsync(buffer, cancellationToken));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                content.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
