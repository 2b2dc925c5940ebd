using LabelStudio.Pipeline.Review;

namespace LabelStudio.Web.Pages.Review;

/// <summary>The doubts still open and the one that is shown. Every command names the image it was meant for.</summary>
public sealed class DoubtQueue(IEnumerable<DoubtedLabel> doubts)
{
    private readonly List<DoubtedLabel> _open = [.. doubts];
    private int _place;

    public int Count => _open.Count;

    /// <summary>Place of the current doubt, counted from 1; 0 when none is left.</summary>
    public int Place => Count == 0 ? 0 : _place + 1;

    public DoubtedLabel? Current => Count == 0 ? null : _open[_place];

    /// <summary>What comes after the current one, at most this many.</summary>
    public IEnumerable<DoubtedLabel> Upcoming(int count) => _open.Skip(_place + 1).Take(count);

    /// <summary>Takes the current doubt out and shows the next; null when the command was meant for another image.</summary>
    public DoubtedLabel? Take(long imageId)
    {
        if (Current is not { } current || current.ImageId != imageId)
        {
            return null;
        }

        _open.RemoveAt(_place);
        _place = Math.Min(_place, Math.Max(0, Count - 1));
        return current;
    }

    /// <summary>Puts a doubt back and shows it.</summary>
    public void Return(DoubtedLabel doubt)
    {
        ArgumentNullException.ThrowIfNull(doubt);
        _open.RemoveAll(open => open.ImageId == doubt.ImageId);
        _place = Math.Min(_place, Count);
        _open.Insert(_place, doubt);
    }

    public void Move(int steps) => _place = Math.Clamp(_place + steps, 0, Math.Max(0, Count - 1));

    public void Show(long imageId) => _place = Math.Max(0, _open.FindIndex(doubt => doubt.ImageId == imageId));
}
