using System.Text.Json.Serialization;

namespace LabelStudio.Learning.Heads;

/// <summary>
/// Joins permanent class ids to class indices (positions in the logits). Append-only: an index that was once given
/// keeps its class for ever, so an old model's logits keep their meaning when classes are added.
/// Immutable, hence safe on every thread. Serialised as a JSON list of ids in index order.
/// </summary>
[JsonConverter(typeof(ClassIndexMapJsonConverter))]
public sealed class ClassIndexMap : IEquatable<ClassIndexMap>
{
    private readonly Guid[] _classIds;
    private readonly Dictionary<Guid, int> _indices;

    private ClassIndexMap(Guid[] classIds)
    {
        _classIds = classIds;
        _indices = new Dictionary<Guid, int>(classIds.Length);
        for (var index = 0; index < classIds.Length; index++)
        {
            if (!_indices.TryAdd(classIds[index], index))
            {
                throw new ArgumentException($"Class {classIds[index]} stands twice in the class index map.", nameof(classIds));
            }
        }
    }

    /// <summary>The map without classes.</summary>
    public static ClassIndexMap Empty { get; } = new([]);

    /// <summary>Number of classes, which is the number of logits.</summary>
    public int Count => _classIds.Length;

    /// <summary>The class ids in index order.</summary>
    public IReadOnlyList<Guid> ClassIds => _classIds;

    /// <summary>The class at an index from 0 to <see cref="Count"/> − 1.</summary>
    /// <exception cref="IndexOutOfRangeException">The index is outside.</exception>
    public Guid this[int index] => _classIds[index];

    /// <summary>A map of these classes, indices in the given order.</summary>
    /// <exception cref="ArgumentException">A class stands twice.</exception>
    public static ClassIndexMap Of(IEnumerable<Guid> classIds)
    {
        ArgumentNullException.ThrowIfNull(classIds);
        return new ClassIndexMap([.. classIds]);
    }

    /// <summary>The index of a class, or −1 when the map does not hold it.</summary>
    public int IndexOf(Guid classId) => _indices.GetValueOrDefault(classId, -1);

    /// <summary>A new map with further classes at the end; classes already held keep their index and are not repeated.</summary>
    public ClassIndexMap Append(IEnumerable<Guid> newClasses)
    {
        ArgumentNullException.ThrowIfNull(newClasses);
        return new ClassIndexMap([.. _classIds, .. newClasses.Distinct().Where(id => !_indices.ContainsKey(id))]);
    }

    /// <summary>True when this map's classes are the first classes of the other, at the same indices.</summary>
    public bool IsPrefixOf(ClassIndexMap other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Count <= other.Count && _classIds.AsSpan().SequenceEqual(other._classIds.AsSpan(0, Count));
    }

    /// <inheritdoc/>
    public bool Equals(ClassIndexMap? other) => other is not null && Count == other.Count && IsPrefixOf(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ClassIndexMap);

    /// <inheritdoc/>
    public override int GetHashCode() => _classIds.Aggregate(Count, HashCode.Combine);
}
