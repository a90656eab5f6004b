"""What a server shows, and whether it agrees with itself.

Owns every check that needs no journal: lists, counts, searches and users say the same thing. Knows nothing of clients.

# What is held against what
- FaceCount and UserCount against ListFaces and ListUsers, read in pages of a random size.
- SearchFaces at threshold 0 finds every listed face but the searched one, with the listed record, and nothing else.
- The similarity of two faces depends on their pictures alone: what was seen first is held against all that comes later,
  in every collection. A record that points at another face's template is found by that.
- SearchFacesByImage with a face's own picture finds it with a similarity of nearly 100.
- ListFaces by user against the user of each face; SearchUsers finds the users with faces and no others, and a user's
  similarity to a face depends on the pictures of the user's faces and that face's alone.
- A deleted face can be neither listed by its id nor searched with.
"""

from caller import Refused
from client import Violation, arn_of
from model import Seen, key_of

# A stored template is the analysed one but for rounding.
SAME = 99.9
# Similarities of the same two pictures differ by rounding only. Summing a user's faces in another order is rounding too.
ROUNDING = 0.05
# Faces with which a collection is searched.
PROBES = 5
# Pictures with which a collection is searched: each is analysed by the networks.
PICTURES = 2


class Verifier:
    """Checks one server after the other; remembers similarities between them."""

    def __init__(self, pool):
        self.pool = pool
        self.similarities = {}
        self.searches = 0

    def see(self, caller, chance):
        """Everything that the server lists, by collection."""
        names = caller.all("ListCollections", "CollectionIds", MaxResults=chance.choice([1, 2, 3, 4096]))
        if len(names) != len(set(names)):
            raise Violation(f"ListCollections names a collection twice: {names}")
        return {name: self._collection(caller, chance, name) for name in names}

    def _collection(self, caller, chance, name):
        size = chance.choice([7, 50, 1000, 4096])
        faces = caller.all("ListFaces", "Faces", CollectionId=name, MaxResults=size)
        users = caller.all("ListUsers", "Users", CollectionId=name, MaxResults=min(size, 500))
        described = caller("DescribeCollection", CollectionId=name)
        tags = caller("ListTagsForResource", ResourceArn=arn_of(name))["Tags"]
        seen = Seen(
            {face["FaceId"]: face for face in faces},
            {user["UserId"]: user["UserStatus"] for user in users},
            tags,
            described["FaceCount"],
            described["UserCount"],
            described["FaceModelVersion"],
        )
        if len(seen.faces) != len(faces) or len(seen.users) != len(users):
            raise Violation(f"{name}: a face or a user is listed twice")
        if (seen.face_count, seen.user_count) != (len(faces), len(users)):
            raise Violation(
                f"{name}: FaceCount {seen.face_count}, UserCount {seen.user_count}, "
                f"but {len(faces)} faces and {len(users)} users are listed"
            )
        return seen

    def check(self, caller, chance, seen, gone=(), by_picture=True):
        """Holds everything in every collection against everything else. `gone`: ids of faces that were deleted. Searches
        by picture need a server with its networks."""
        for name, collection in sorted(seen.items()):
            self._faces(caller, chance, name, collection)
            if by_picture:
                self._pictures(caller, chance, name, collection)
            self._users(caller, chance, name, collection)
            self._gone(caller, name, collection, gone)

    # --- faces

    def _faces(self, caller, chance, name, collection):
        # One face of each of a few people, then any.
        faces = sorted(collection.faces)
        chance.shuffle(faces)
        by_person = {}
        for face_id in faces:
            by_person.setdefault(self._what(collection.faces[face_id])[0], face_id)
        probes = list(by_person.values())[: PROBES - 1] + faces[:1]
        for probe in dict.fromkeys(probes):
            answer = caller(
                "SearchFaces", CollectionId=name, FaceId=probe, FaceMatchThreshold=0, MaxFaces=4096
            )
            self._found(name, collection, answer["FaceMatches"], probe)

    def _found(self, name, collection, matches, probe):
        self.searches += 1
        found = {match["Face"]["FaceId"]: match for match in matches}
        expected = collection.faces.keys() - {probe}
        if len(found) != len(matches) or found.keys() != expected:
            raise Violation(
                f"{name}: a search with face {probe} misses {sorted(expected - found.keys())}, "
                f"finds {sorted(found.keys() - expected)} too, {len(matches) - len(found)} twice"
            )
        scale = [match["Similarity"] for match in matches]
        if scale != sorted(scale, reverse=True):
            raise Violation(f"{name}: a search with face {probe} is not in the order of similarity")
        one = self._what(collection.faces[probe])
        for face_id, match in found.items():
            if match["Face"] != collection.faces[face_id]:
                raise Violation(f"{name}: face {face_id} is searched as {match['Face']}, listed as {collection.faces[face_id]}")
            other = self._what(collection.faces[face_id])
            what = f"{name}: faces {probe} and {face_id}"
            self._similar(what, match["Similarity"], collection.version, *sorted([one, other]))

    def _what(self, face):
        """Picture and place of a listed face."""
        _, picture, place = key_of(face, self.pool)
        if picture is None:
            raise Violation(f"face {face['FaceId']} has an external id that nobody gave: {face.get('ExternalImageId')}")
        return picture, place

    def _similar(self, what, similarity, version, *of):
        if len(set(of)) == 1 and similarity < SAME:
            raise Violation(f"{what}, of one picture, are {similarity} similar")
        before = self.similarities.setdefault((version, *of), similarity)
        if abs(before - similarity) > ROUNDING:
            raise Violation(f"{what} are {similarity} similar; {of} were {before} before")

    def _pictures(self, caller, chance, name, collection):
        by_picture = {}
        for face_id, face in collection.faces.items():
            picture, _ = self._what(face)
            if self.pool[picture].faces == 1:
                by_picture.setdefault(picture, set()).add(face_id)
        for picture in chance.sample(sorted(by_picture), min(PICTURES, len(by_picture))):
            answer = caller(
                "SearchFacesByImage",
                CollectionId=name,
                Image={"Bytes": self.pool[picture].text},
                FaceMatchThreshold=0,
                MaxFaces=4096,
            )
            self.searches += 1
            found = {match["Face"]["FaceId"]: match["Similarity"] for match in answer["FaceMatches"]}
            if found.keys() != collection.faces.keys():
                raise Violation(
                    f"{name}: a search with {picture} misses {sorted(collection.faces.keys() - found.keys())}, "
                    f"finds {sorted(found.keys() - collection.faces.keys())} too"
                )
            unlike = {face_id: found[face_id] for face_id in by_picture[picture] if found[face_id] < SAME}
            if unlike:
                raise Violation(f"{name}: faces of {picture} are less than {SAME} similar to it: {unlike}")

    # --- users

    def _users(self, caller, chance, name, collection):
        of_user = {}
        for face_id, face in collection.faces.items():
            if user := face.get("UserId"):
                of_user.setdefault(user, set()).add(face_id)
        strays = of_user.keys() - collection.users.keys()
        if strays:
            raise Violation(f"{name}: faces belong to users that are not there: {sorted(strays)}")
        active = {user for user, status in collection.users.items() if status == "ACTIVE"}
        if active != of_user.keys():
            raise Violation(f"{name}: users that are ACTIVE and have no faces, or the reverse: {sorted(active ^ of_user.keys())}")
        for user in chance.sample(sorted(active), min(6, len(active))):
            listed = caller.all("ListFaces", "Faces", CollectionId=name, UserId=user)
            if {face["FaceId"] for face in listed} != of_user[user]:
                raise Violation(f"{name}: ListFaces by user {user} gives {listed}, of all faces it has {sorted(of_user[user])}")
        for probe in chance.sample(sorted(collection.faces), min(2, len(collection.faces))):
            answer = caller("SearchUsers", CollectionId=name, FaceId=probe, UserMatchThreshold=0, MaxUsers=500)
            found = {match["User"]["UserId"]: match["Similarity"] for match in answer["UserMatches"]}
            self.searches += 1
            if found.keys() != active:
                raise Violation(
                    f"{name}: SearchUsers with {probe} misses {sorted(active - found.keys())}, "
                    f"finds {sorted(found.keys() - active)} too"
                )
            for user, similarity in found.items():
                pictures = tuple(sorted(self._what(collection.faces[face_id]) for face_id in of_user[user]))
                probed = self._what(collection.faces[probe])
                what = f"{name}: user {user} and face {probe}"
                self._similar(what, similarity, collection.version, ("user", pictures), probed)
        for user in chance.sample(sorted(active), min(1, len(active))):
            answer = caller("SearchUsers", CollectionId=name, UserId=user, UserMatchThreshold=0, MaxUsers=500)
            found = {match["User"]["UserId"] for match in answer["UserMatches"]}
            if found != active - {user}:
                raise Violation(f"{name}: SearchUsers with {user} finds {sorted(found)}, active are {sorted(active)}")

    # --- what is gone

    def _gone(self, caller, name, collection, gone):
        for face_id in gone:
            if face_id in collection.faces:
                continue
            listed = caller("ListFaces", CollectionId=name, FaceIds=[face_id])["Faces"]
            if listed:
                raise Violation(f"{name}: the deleted face {face_id} is listed when asked for by its id")
            try:
                answer = caller("SearchFaces", CollectionId=name, FaceId=face_id)
            except Refused as refused:
                if refused.code == "InvalidParameterException":
                    continue
                raise
            raise Violation(f"{name}: a search with the deleted face {face_id} is answered: {answer}")
