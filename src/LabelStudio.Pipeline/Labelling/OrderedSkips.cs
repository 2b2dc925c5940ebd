namespace LabelStudio.Pipeline.Labelling;

/// <summary>A set that keeps the order of adding.</summary>
internal sealed class OrderedSkips
{
    private readonly Dictionary<long, long> _places = [];
    private long _next;

    public void Add(long imageId) => _places[imageId] = _next++;

    public void Remove(long imageId) => _places.Remove(imageId);

    public long[] InOrder() => [.. _places.OrderBy(place => place.Value).Select(place => place.Key)];
}
